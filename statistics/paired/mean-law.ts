import { studentSf } from '../beta.ts'
import { countBelow } from '../count-below.ts'
import { studentQuantile } from '../intervals/student-quantile.ts'
import { quantile } from '../quantile.ts'
import { type PairedLaw, wider } from './law.ts'

export interface MeanOptions {
  /** Uniform numbers in [0, 1), for the bootstrap; without them there is none. */
  readonly next?: () => number
  readonly resamples?: number
}

/** Rows up to which they are drawn again; with more of them both agree. */
const mostDrawn = 2_000
/** With fewer rows that differ at all, two more are thought of, one for each side. */
const fewestDiffering = 20

/**
 * Law of the mean of a difference per row: Student's t after Hall's transformation for skewness (JRSS B 54, 1992), with
 * the degrees that the kurtosis of the differences leaves. Up to 2,000 rows they are drawn again too, by the bootstrap of
 * t (Hall, Annals of Statistics 16, 1988), and of both the end that is farther out counts: either alone is a little too
 * narrow for some losses of a hundred rows. Where fewer than 20 rows differ, as between two models that nearly always
 * choose the same class, two more rows are added that differ by the largest amount, one each way (as Bonett and Price do
 * for shares, JEBS 37, 2012). Throws a RangeError for fewer than two rows.
 */
export function meanLaw(
  differences: Float64Array,
  { next, resamples = 2_000 }: MeanOptions = {},
): PairedLaw {
  if (differences.length < 2) throw new RangeError('a mean of differences needs two rows')
  const differing = differences.reduce((count, value) => count + (value === 0 ? 0 : 1), 0)
  if (differing < fewestDiffering) return transformed(differences, largestBothWays(differences))
  if (next === undefined || differences.length > mostDrawn) return transformed(differences)
  return drawn(differences, next, resamples)
}

function largestBothWays(differences: Float64Array): readonly number[] {
  const largest = differences.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return [largest, -largest]
}

interface Shape {
  readonly mean: number
  /** Of the mean. */
  readonly error: number
  readonly skewness: number
  readonly degrees: number
  readonly count: number
}

function shapeOf(values: Float64Array, more: readonly number[]): Shape {
  const count = values.length + more.length
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / count
  let [squares, cubes, fourths] = [0, 0, 0]
  const add = (value: number) => {
    const distance = value - mean
    const square = distance * distance
    squares += square
    cubes += square * distance
    fourths += square * square
  }
  values.forEach(add)
  more.forEach(add)
  const spread = squares / count
  const excess = spread > 0 ? Math.max(0, fourths / count / spread ** 2 - 3) : 0
  return {
    mean,
    count,
    error: wider * Math.sqrt(squares / (count - 1) / count),
    skewness: spread > 0 ? cubes / count / spread ** 1.5 : 0,
    // Satterthwaite: 2 over the relative variance of a variance.
    degrees: 2 / (2 / (count - 1) + excess / count),
  }
}

function transformed(differences: Float64Array, more: readonly number[] = []): PairedLaw {
  const { mean, error, skewness, degrees, count } = shapeOf(differences, more)
  // What a handful of rows is skewed by, nobody knows.
  const bent = more.length > 0 ? 0 : skewness / Math.sqrt(count)
  const straight = (t: number) => t + (bent * t * t) / 3 + (bent * bent * t * t * t) / 27 + bent / 6
  const back = (y: number) =>
    Math.abs(bent) < 1e-6 ? y : (3 / bent) * (Math.cbrt(1 + bent * (y - bent / 6)) - 1)
  return {
    method: 't',
    rows: differences.length,
    gain: mean,
    error,
    tail(than, side) {
      if (!(error > 0)) return (mean - than) * side > 0 ? 0 : 1
      const y = straight((mean - than) / error)
      return studentSf(side * y, degrees)
    },
    interval(level) {
      const reach = studentQuantile((1 - level) / 2, degrees)
      return [mean - error * back(reach), mean - error * back(-reach)]
    },
  }
}

function drawn(values: Float64Array, next: () => number, resamples: number): PairedLaw {
  const { mean, error } = shapeOf(values, [])
  const count = values.length
  const found = new Float64Array(resamples)
  for (let b = 0; b < resamples; b++) {
    let [sum, squares] = [0, 0]
    for (let i = 0; i < count; i++) {
      const distance = (values[Math.floor(next() * count)] as number) - mean
      sum += distance
      squares += distance * distance
    }
    const spread = (squares - (sum * sum) / count) / (count - 1)
    // All rows the same: as far out as its sign says.
    found[b] = spread > 0 ? sum / count / Math.sqrt(spread / count) : Math.sign(sum) * 1e9
  }
  found.sort()
  const bent = transformed(values)
  /** Of a tail this small too few resamples are left. */
  const least = 20 / resamples
  return {
    method: 'bootstrap',
    rows: count,
    gain: mean,
    error,
    tail(than, side) {
      const other = bent.tail(than, side)
      const t = (mean - than) / error
      const beyond =
        side === 1 ? resamples - countBelow(found, t, false) : countBelow(found, t, true)
      const share = (beyond + 1) / (resamples + 1)
      return share < least && other < least ? other : Math.max(share, other)
    },
    interval(level) {
      const tail = (1 - level) / 2
      const [low, high] = bent.interval(level)
      if (tail < least) return [low, high]
      const at = (share: number) => mean - error * quantile(found, share)
      return [Math.min(low, at(1 - tail)), Math.max(high, at(tail))]
    },
  }
}
