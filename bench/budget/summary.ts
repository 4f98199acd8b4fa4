import { mean, variance } from '../../statistics/mean-variance.ts'
import { normalQuantile } from '../../statistics/special.ts'
import type { Quarter } from './quarter.ts'

/** What false incidents per budget must lie in, as multiples of the budget: neither too many nor blind. */
export const promised = { limit: 1.1, least: 0.3 } as const

export interface Summary {
  readonly quarters: number
  readonly incidents: number
  /** False incidents per time of the budget, over its number. */
  readonly mean: number
  /** Upper 99 % limit of that mean. */
  readonly limit: number
  /** What the mean is to be at least. */
  readonly least: number
  readonly holds: boolean
  /** What alarmed how often, the most frequent first. */
  readonly alarms: readonly (readonly [string, number])[]
}

/**
 * Quarters are independent of each other, the windows of one are not: they share its reference. So the limit takes
 * the variance between quarters, or that of a Poisson law where it is larger.
 */
export function summaryOf(
  quarters: readonly Quarter[],
  budgetsPerQuarter: number,
  least: number = promised.least,
): Summary {
  const counts = quarters.map(({ incidents }) => incidents)
  const each = mean(counts)
  const spread = Math.max(counts.length > 1 ? variance(counts) : 0, each, 1 / counts.length)
  const limit = each + normalQuantile(0.99) * Math.sqrt(spread / counts.length)
  const alarms = new Map<string, number>()
  for (const quarter of quarters) {
    for (const [name, count] of Object.entries(quarter.alarms)) {
      alarms.set(name, (alarms.get(name) ?? 0) + count)
    }
  }
  return {
    quarters: counts.length,
    incidents: counts.reduce((sum, count) => sum + count, 0),
    mean: each / budgetsPerQuarter,
    limit: limit / budgetsPerQuarter,
    least,
    holds: limit / budgetsPerQuarter <= promised.limit && each / budgetsPerQuarter >= least,
    alarms: [...alarms].sort((left, right) => right[1] - left[1]),
  }
}
