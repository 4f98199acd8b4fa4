import type { Cell } from './grid.ts'
import { binomialLimits, type Limits, levels, shareOf } from './limits.ts'
import type { Permuted } from './permuted.ts'
import type { Tally } from './trial.ts'

/** One detector in one cell at one level. */
export interface Rate {
  readonly detector: string
  readonly cell: Cell
  readonly level: number
  readonly rejected: number
  readonly trials: number
  readonly limits: Limits
  /** Where the rate lies below the limits: what a permutation test of the same statistic does on the same data. */
  readonly permuted?: Permuted
}

/** A rate below the limits passes where it is at least this share of the permutation test's. */
export const leastOfPermuted = 0.9

/**
 * The rates of each detector over all its cells taken together: a narrow limit, from above only, because what is added
 * up need not reach its level everywhere. Sees what is a little too much in every cell and too much in none.
 */
export function pooled(rates: readonly Rate[], comparisons: number, error: number): Pooled[] {
  const share = shareOf(error, comparisons)
  const groups = new Map<string, Pooled>()
  for (const { detector, level, rejected, trials } of rates) {
    const key = `${detector} ${level}`
    const sum = groups.get(key) ?? { detector, level, rejected: 0, trials: 0, high: 0 }
    groups.set(key, { ...sum, rejected: sum.rejected + rejected, trials: sum.trials + trials })
  }
  return [...groups.values()].map((sum) => ({
    ...sum,
    high: binomialLimits(sum.trials, sum.level, 2 * share).high,
  }))
}

export interface Pooled {
  readonly detector: string
  readonly level: number
  readonly rejected: number
  readonly trials: number
  /** At most so many rejections. */
  readonly high: number
}

export type Standing = 'ok' | 'above' | 'below'

export function standing({ rejected, limits, permuted }: Rate): Standing {
  if (rejected > limits.high) return 'above'
  if (rejected >= limits.low) return 'ok'
  if (permuted === undefined) return 'below'
  return permuted.ours >= leastOfPermuted * permuted.permuted ? 'ok' : 'below'
}

/** The rates of all detectors in all cells, with limits that hold for all of them together. */
export function ratesOf(
  tallies: readonly { readonly detector: string; readonly cell: Cell; readonly tally: Tally }[],
  comparisons: number,
  error: number,
): Rate[] {
  const share = shareOf(error, comparisons)
  const known = new Map<string, Limits>()
  const limitsOf = (trials: number, level: number) => {
    const key = `${trials} ${level}`
    const limits = known.get(key) ?? binomialLimits(trials, level, share)
    known.set(key, limits)
    return limits
  }
  return tallies.flatMap(({ detector, cell, tally }) =>
    levels.map((level, i) => {
      const trials = i === 0 ? tally.full : tally.all
      const rejected = tally.rejected[i] as number
      return { detector, cell, level, rejected, trials, limits: limitsOf(trials, level) }
    }),
  )
}
