import { type Guarded, type GuardResult, metricNames } from '../contracts/comparison.ts'
import { neededOfKind } from '../statistics/intervals/estimate.ts'
import { metricLaw } from '../statistics/paired/metric-law.ts'
import {
  type ComparedRows,
  type ComparisonPolicy,
  guardTail,
  type RowGroup,
  taken,
  text,
} from './compared-rows.ts'

/**
 * Whether the candidate is certainly worse in any segment by more than the limit, in the unit of the metric. Each of m
 * segments is tested at 2.5 % / m (Bonferroni; for whether any is refused Holm's steps say the same), so that of segments
 * that lose no more than the limit any is refused in at most 2.5 % of cases, however they overlap.
 */
export function segmentGuard(rows: ComparedRows, policy: ComparisonPolicy): GuardResult {
  const { maximumLoss: limit } = policy.segments
  const segments = rows.segments ?? []
  const own = { guard: 'segments', limit } as const
  if (segments.length === 0) {
    const sentence = 'the model has no segments'
    return { ...own, state: 'off', judged: 0, tooSmall: 0, worst: [], sentence }
  }
  const large = segments.filter((segment) => isJudged(segment, rows, policy))
  const tooSmall = segments.length - large.length
  if (large.length === 0) {
    const sentence = `all ${segments.length} segments hold fewer than ${policy.segments.minimumRows} held-out rows`
    return { ...own, state: 'unknown', judged: 0, tooSmall, worst: [], sentence }
  }
  const found = large
    .map((segment) => lossOf(segment, rows, policy, large.length))
    .toSorted((left, right) => right.certain - left.certain || right.loss - left.loss)
  const refused = found.filter((each) => each.refused)
  const counts = { judged: large.length, tooSmall, worst: found.slice(0, 10) }
  const metric = metricNames[policy.metric]
  if (refused.length === 0) {
    const small = tooSmall > 0 ? `; ${tooSmall} had too few rows to be judged` : ''
    const sentence = `none of ${large.length} segments is certainly worse by more than ${text(limit)} in ${metric}${small}`
    return { ...own, state: 'passed', ...counts, sentence }
  }
  const names = refused
    .slice(0, 3)
    .map(({ name, loss, certain }) => `${name} by ${text(loss)} (at least ${text(certain)})`)
  const more = refused.length > 3 ? ` and ${refused.length - 3} more` : ''
  const sentence = `segments that are worse in ${metric} by more than ${text(limit)}: ${names.join(', ')}${more}`
  return { ...own, state: 'refused', ...counts, sentence }
}

function isJudged(
  { rows: places }: RowGroup,
  { labels }: ComparedRows,
  { metric, segments }: ComparisonPolicy,
): boolean {
  if (places.length < Math.max(2, segments.minimumRows)) return false
  if (metric !== 'auc') return true
  const ones = taken(labels, places).reduce((sum, label) => sum + label, 0)
  return Math.min(ones, places.length - ones) >= neededOfKind
}

function lossOf(
  { name, rows: places }: RowGroup,
  { labels, champion, candidate, threshold }: ComparedRows,
  { metric, segments, costs }: ComparisonPolicy,
  judged: number,
): Guarded {
  const law = metricLaw(metric, {
    labels: taken(labels, places),
    first: taken(champion as ArrayLike<number>, places),
    second: taken(candidate, places),
    ...(threshold !== undefined && { threshold }),
    ...(costs && { costs }),
  })
  const certain = -law.interval(1 - (2 * guardTail) / judged)[1]
  return {
    ...{ name, rows: places.length, before: law.before, after: law.after },
    ...{ loss: -law.gain, certain, refused: certain > segments.maximumLoss },
  }
}
