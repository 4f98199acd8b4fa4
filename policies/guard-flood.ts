import { fisherTest } from '../statistics/fisher.ts'

/** Inputs that a guard judged within a span of time. */
export interface GuardSpan {
  readonly judged: number
  readonly refused: number
}

export interface Flood {
  /** Chance of so many refusals at the usual rate, as far apart as spans are. */
  readonly pValue: number
  /** Refused share of the span, and the usual one. */
  readonly share: number
  readonly usual: number
}

/** Minutes of a span that is held against others. */
export const floodMinutes = 5
/** Spans before it that say what is usual reach back so many days. */
export const usualDays = 7

/**
 * Expected false notices of a model in a year, where spans vary as they did: they are looked at every minute, and
 * overlap; each look is counted as one of its own, which is too careful by as much as they overlap.
 */
const falseAlarmsPerYear = 1
const level = falseAlarmsPerYear / (365 * 24 * 60)

/** Fewer refusals, or a smaller share, are nobody's flood, however rare. */
const fewestRefused = 20
const smallestRise = 0.05

/**
 * Whether far more inputs are refused than usual: Fisher's exact test of the span against the spans before it, with
 * both counts divided by how much more the spans before vary than independent inputs would (one caller sends many alike),
 * and a share that is 5 points above the usual one. `expected`: what the guard's own calibration says, which stands in
 * for a past. Null: no flood.
 */
export function floodOf(
  span: GuardSpan,
  before: readonly GuardSpan[],
  expected: GuardSpan,
): Flood | null {
  const judged = before.reduce((sum, each) => sum + each.judged, expected.judged)
  const refused = before.reduce((sum, each) => sum + each.refused, expected.refused)
  const usual = judged === 0 ? 0 : refused / judged
  const share = span.judged === 0 ? 0 : span.refused / span.judged
  if (span.refused < fewestRefused || share < usual + smallestRise) return null
  const spread = dispersionOf(before)
  const whole = (count: number) => Math.round(count / spread)
  const [n, hits] = [whole(span.judged), whole(span.refused)]
  const [m, known] = [whole(judged), whole(refused)]
  const pValue = m === 0 ? 1 : fisherTest(hits, n - hits, known, m - known).greater
  return pValue < level ? { pValue, share, usual } : null
}

/** How many times more spans vary than their inputs would alone (Pearson's statistic over its degrees), at least 1. */
function dispersionOf(spans: readonly GuardSpan[]): number {
  const judged = spans.reduce((sum, each) => sum + each.judged, 0)
  const refused = spans.reduce((sum, each) => sum + each.refused, 0)
  if (spans.length < 2 || refused === 0 || refused === judged) return 1
  const rate = refused / judged
  const sum = spans.reduce(
    (sum, { judged: n, refused: k }) => sum + (k - n * rate) ** 2 / (n * rate * (1 - rate)),
    0,
  )
  return Math.max(1, sum / (spans.length - 1))
}
