import { effectiveNumber } from './autocorrelation.ts'
import { betaRegularised } from './beta.ts'

/** Rows of a window, their sum, and the sum of their squares. */
export type WindowSums = readonly [rows: number, sum: number, squares: number]

/** How much more windows vary than independent rows do. */
export interface WindowSpread {
  /** Variance of the sum of a window over that of as many independent rows: 1 where nothing but sampling varies. */
  readonly factor: number
  /** Degrees of freedom that it is known with: independent windows less one. */
  readonly degrees: number
}

/**
 * Of the windows in order of time. Where they remember each other the sum over many varies by more than each of them
 * does, and fewer are independent (`effectiveNumber`). Rows that do not vary have a factor of 1.
 */
export function windowSpread(windows: readonly WindowSums[]): WindowSpread {
  const full = windows.filter(([rows]) => rows > 0)
  const [rows, sum, squares] = totalOf(full)
  const mean = sum / rows
  const own = squares / rows - mean * mean
  const effective = effectiveNumber(full.map(([n, s]) => s / n))
  const degrees = Math.max(1, Math.min(full.length, effective) - 1)
  if (!(own > 1e-12 * mean * mean) || full.length < 2) return { factor: 1, degrees }
  const between = full.reduce((all, [n, s]) => all + (s - n * mean) ** 2, 0)
  // Each window has its part in the mean.
  const free = (full.length - 1) / full.length
  return { factor: ((between / (own * rows)) * (full.length / effective)) / free, degrees }
}

export const totalOf = (windows: readonly WindowSums[]): WindowSums =>
  windows.reduce<WindowSums>(
    ([n, s, q], [rows, sum, squares]) => [n + rows, s + sum, q + squares],
    [0, 0, 0],
  )

export const sumsOf = (values: ArrayLike<number>): WindowSums => {
  let [sum, squares] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    sum += value
    squares += value * value
  }
  return [values.length, sum, squares]
}

/**
 * P of a chi-square statistic where windows vary by so much: it over its degrees and the factor is an F variable, exact
 * where all of its directions vary alike and careful where few do. Never below `sampling`, its p-value by sampling.
 */
export function spreadP(
  statistic: number,
  degrees: number,
  sampling: number,
  { factor, degrees: known }: WindowSpread,
): number {
  if (!(statistic > 0) || degrees === 0) return 1
  const ratio = statistic / factor
  const share = known / (known + ratio)
  return Math.max(sampling, betaRegularised(known / 2, degrees / 2, share, ratio / (known + ratio)))
}
