import { type GroupMeans, groupMeans } from './group-shuffles.ts'

/**
 * Random Fourier features of a Gaussian kernel (Rahimi and Recht, NIPS 2007): per frequency w, drawn from a normal
 * law of sd 1 / sigma, the pair cos(w x), sin(w x). The mean of cos cos' + sin sin' over frequencies is the kernel
 * value of two points, without bias.
 */
export interface Frequencies {
  readonly count: number
  readonly width: number
  /** Frequency by frequency, `width` numbers each. */
  readonly values: Float64Array
}

export function drawFrequencies(
  { count, width, sigma }: { count: number; width: number; sigma: number },
  next: () => number,
): Frequencies {
  const values = new Float64Array(count * width)
  for (let i = 0; i < values.length; i++) values[i] = normal(next) / sigma
  return { count, width, values }
}

/** Box and Muller's normal number (Annals of Mathematical Statistics 29, 1958). */
const normal = (next: () => number) =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())

/**
 * Means of the features (all cosines, then all sines) over consecutive groups of `size` of the points that `rows`
 * names, in its order; rows that fill no group are left out. The features of a row are never stored.
 */
export function featureMeans(
  points: ArrayLike<number>,
  rows: ArrayLike<number>,
  size: number,
  { count, width, values }: Frequencies,
): GroupMeans {
  const groups = Math.floor(rows.length / size)
  const means = new Float64Array(groups * 2 * count)
  for (let row = 0; row < groups * size; row++) {
    const point = (rows[row] as number) * width
    const at = Math.floor(row / size) * 2 * count
    for (let f = 0; f < count; f++) {
      let angle = 0
      for (let k = 0; k < width; k++) {
        angle += (values[f * width + k] as number) * (points[point + k] as number)
      }
      means[at + f] = (means[at + f] as number) + Math.cos(angle) / size
      means[at + count + f] = (means[at + count + f] as number) + Math.sin(angle) / size
    }
  }
  return groupMeans(means, 2 * count)
}
