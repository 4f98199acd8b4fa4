import { binomialSf } from '../beta.ts'
import { normalQuantile, normalSf } from '../special.ts'
import type { PairedLaw } from './law.ts'

/** Exact two-sided p-value of McNemar's test: of the rows that only one of two models has right, half are of either. */
export function mcnemarP(onlyFirst: number, onlySecond: number): number {
  const all = onlyFirst + onlySecond
  if (all === 0) return 1
  return Math.min(1, 2 * binomialSf(Math.max(onlyFirst, onlySecond), all, 0.5))
}

/**
 * Law of the difference of two shares of the same rows. Against no difference McNemar's test, exact (Psychometrika 12,
 * 1947); against any other the score of Bonett and Price (JEBS 37, 2012), which adds a row to either kind that differs,
 * three quarters of a row farther out, since counts are whole: a tail of 2.5 % then holds at most 2.8 % for all shares and
 * 10 differing rows of 100 or more, by the exact law. The interval leaves 0 out only where McNemar's test does. `onlyFirst`: rows that count for the first model and not for
 * the second. Throws a RangeError without a row.
 */
export function shareLaw(onlyFirst: number, onlySecond: number, rows: number): PairedLaw {
  if (!(rows > 0)) throw new RangeError('a share needs at least one row')
  const all = onlyFirst + onlySecond
  const centre = (onlySecond - onlyFirst) / (rows + 2)
  const error = Math.sqrt(((all + 2) / (rows + 2) - centre ** 2) / (rows + 2))
  const exact = (side: 1 | -1) =>
    all === 0 ? 1 : binomialSf(side === 1 ? onlySecond : onlyFirst, all, 0.5)
  const gain = (onlySecond - onlyFirst) / rows
  const step = 0.75 / rows
  const scored = (than: number, side: 1 | -1) => normalSf((side * (centre - than) - step) / error)
  return {
    method: 'mcnemar',
    rows,
    gain,
    error,
    tail(than, side) {
      if (than === 0) return exact(side)
      // To be more than a little is no more certain than to be more at all.
      return than * side > 0 ? Math.max(scored(than, side), exact(side)) : scored(than, side)
    },
    interval(level) {
      const tail = (1 - level) / 2
      const reach = normalQuantile(1 - tail) * error + step
      const low = Math.max(-1, centre - reach)
      const high = Math.min(1, centre + reach)
      return [exact(1) > tail ? Math.min(0, low) : low, exact(-1) > tail ? Math.max(0, high) : high]
    },
  }
}
