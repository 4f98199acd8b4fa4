import type { ComparisonMetric, ComparisonResult } from '../../contracts/comparison.ts'
import { compare } from '../../policies/comparison.ts'
import { comparisonPolicy } from '../../policies/comparison-policy.ts'
import { metricLaw } from '../../statistics/paired/metric-law.ts'
import { twoModels } from '../statistics/paired/worlds.ts'
import { drawn } from './compared-example.ts'

export const metrics = ['brier', 'log_loss', 'accuracy', 'auc', 'expected_cost'] as const

interface Trials {
  readonly trials: number
  readonly rows: number
  readonly next: () => number
}

const costs = { fp: 1, fn: 3 }
/** Guards have levels of their own. */
const alone = { costs, calibration: { maximumLoss: 1 } }

/** What comparisons of two equally good models say. */
export function ofEquals(
  metric: (typeof metrics)[number],
  { trials, rows, next }: Trials,
): Record<ComparisonResult, number> {
  const policy = comparisonPolicy({ ...alone, metric })
  const count = { BETTER: 0, WORSE: 0, NOT_WORSE: 0, UNDECIDED: 0 }
  for (let trial = 0; trial < trials; trial++) count[compare(drawn(rows, next), policy).result]++
  return count
}

/** How many candidates go on that are worse by just the margin. */
export function letThrough(
  metric: (typeof metrics)[number],
  { trials, rows, next }: Trials,
): number {
  const shape = { champion: 0.5, candidate: 1.2 }
  const many = twoModels(200_000, next, shape)
  const margin = -gainOf(metric, many)
  const policy = comparisonPolicy({ ...alone, metric, margin, accept: 'not-worse' })
  let through = 0
  for (let trial = 0; trial < trials; trial++) {
    if (compare(drawn(rows, next, shape), policy).passes === 'yes') through++
  }
  return through
}

const gainOf = (
  metric: ComparisonMetric,
  { labels, champion, candidate }: ReturnType<typeof twoModels>,
): number => metricLaw(metric, { labels, first: champion, second: candidate, costs }).gain
