import { studentSf } from './beta.ts'
import { pooledDeviation, type SampleMoments } from './t-test.ts'
import { total } from './total.ts'
import type { ValueCells } from './transport.ts'

/** From where distances are measured: the median (Brown and Forsythe 1974), the mean (Levene 1960), or a trimmed mean. */
export type Centre = 'median' | 'mean' | 'trimmed'

export interface Levene {
  /** F with 1 and n + m - 2 degrees; 0 where no distance varies and both sides' are alike. */
  readonly statistic: number
  readonly p: number
  /** Distances from the own centre, per side, in units of the largest value's size. */
  readonly reference: SampleMoments
  readonly current: SampleMoments
}

/** Left out at each end by the trimmed mean: a tenth of the rows together (Brown and Forsythe 1974). */
const trimmed = 0.05

/**
 * Levene's test of equal spread: the analysis of variance of distances from each side's own centre (Levene 1960; with
 * medians Brown and Forsythe, Journal of the American Statistical Association 69, 1974). null where no distance varies
 * about its mean, or with fewer than two rows on a side. Values ascend. Throws RangeError for an empty side.
 */
export function levene({ values, reference, current }: ValueCells, centre: Centre): Levene | null {
  const [x, y] = [reference, current].map((counts) => distances(values, counts, centre)) as [
    SampleMoments,
    SampleMoments,
  ]
  if (x.count < 2 || y.count < 2) return null
  const pooled = pooledDeviation(x, y)
  if (!(pooled > 0)) return null
  // F of two groups is the square of Student's t.
  const t = (x.mean - y.mean) / (pooled * Math.sqrt(1 / x.count + 1 / y.count))
  const p = Math.min(1, 2 * studentSf(Math.abs(t), x.count + y.count - 2))
  return { statistic: t * t, p, reference: x, current: y }
}

/** Mean and standard deviation of distances from the centre, in units of the largest of them so that none overflows. */
function distances(
  values: ArrayLike<number>,
  counts: ArrayLike<number>,
  centre: Centre,
): SampleMoments {
  const count = total(counts)
  if (!(count > 0)) throw new RangeError('a side without any value has no spread')
  const unit = largestOf(values) || 1
  const middle = centreOf(values, counts, count, centre, unit)
  const distance = (i: number) => Math.abs((values[i] as number) / unit - middle)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (counts[i] as number) * distance(i)
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    squares += (counts[i] as number) * (distance(i) - mean) ** 2
  }
  return { count, mean, sd: Math.sqrt(squares / (count - 1)) }
}

const largestOf = (values: ArrayLike<number>): number =>
  Math.max(Math.abs(values[0] as number), Math.abs(values[values.length - 1] as number))

function centreOf(
  values: ArrayLike<number>,
  counts: ArrayLike<number>,
  count: number,
  centre: Centre,
  unit: number,
): number {
  if (centre === 'median') {
    const [low, high] = [Math.floor((count - 1) / 2), Math.ceil((count - 1) / 2)]
    return (valueAt(values, counts, low) / unit + valueAt(values, counts, high) / unit) / 2
  }
  const cut = centre === 'mean' ? 0 : Math.floor(trimmed * count)
  let [passed, sum] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    const from = Math.max(cut, passed)
    passed += counts[i] as number
    const kept = Math.max(0, Math.min(count - cut, passed) - from)
    sum += kept * ((values[i] as number) / unit)
  }
  return sum / (count - 2 * cut)
}

/** The value of the row of this rank, from 0. */
function valueAt(values: ArrayLike<number>, counts: ArrayLike<number>, rank: number): number {
  let passed = 0
  for (let i = 0; i < values.length; i++) {
    passed += counts[i] as number
    if (passed > rank) return values[i] as number
  }
  return values[values.length - 1] as number
}
