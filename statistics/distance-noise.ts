import { total } from './total.ts'
import type { ValueCells } from './transport.ts'

/** What sampling alone gives two integrals over the gap of two distribution functions. */
export interface DistanceNoise {
  /** Mean of ∫ |F - G| where nothing changed, the rows of both sides taken together. */
  readonly size: number
  /** Mean of ∫ (F - G)², over what it is of the two laws. */
  readonly square: number
  /** Standard error of the difference of the means: no signed part of the gap varies more. */
  readonly deviation: number
}

/**
 * Of cells that hold one value each, in order. The gap between two values has the variance F (1 - F) / n + G (1 - G) / m,
 * and the mean size sqrt(2 / π) times its root. Throws RangeError for an empty side.
 */
export function distanceNoise({ values, reference, current }: ValueCells): DistanceNoise {
  const [n, m] = [total(reference), total(current)]
  if (!(n > 0 && m > 0)) throw new RangeError('a side without any value has no distance')
  let [left, right, square, size] = [0, 0, 0, 0]
  for (let i = 0; i + 1 < values.length; i++) {
    left += (reference[i] as number) / n
    right += (current[i] as number) / m
    const width = (values[i + 1] as number) - (values[i] as number)
    square += width * (inner(left) / n + inner(right) / m)
    const pooled = (left * n + right * m) / (n + m)
    size += width * Math.sqrt((2 / Math.PI) * inner(pooled) * (1 / n + 1 / m))
  }
  const deviation = Math.hypot(
    spread(values, reference, n) / Math.sqrt(n),
    spread(values, current, m) / Math.sqrt(m),
  )
  return { size, square, deviation }
}

const inner = (share: number) => Math.max(0, share * (1 - share))

/** Standard deviation of the values of one side. */
function spread(values: ArrayLike<number>, counts: ArrayLike<number>, rows: number): number {
  let mean = 0
  for (let i = 0; i < values.length; i++)
    mean += ((counts[i] as number) / rows) * (values[i] as number)
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    squares += ((counts[i] as number) / rows) * ((values[i] as number) - mean) ** 2
  }
  return Math.sqrt(squares)
}
