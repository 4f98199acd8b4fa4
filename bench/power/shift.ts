import { normalQuantile } from '../../statistics/special.ts'
import type { Evidences, Simulated } from './simulate.ts'

/** How often a change has to be found. */
const target = 0.8

/** Evidence from which on a contender alarms as often without any change as `rate` says. */
export function thresholdAt(unchanged: readonly number[], rate: number): number {
  const sorted = unchanged.toSorted((left, right) => right - left)
  return sorted[Math.max(0, Math.round(rate * sorted.length) - 1)] as number
}

/**
 * The size found with 80 %: where a line through the normal quantiles of the power (those between 0.45 and 0.97)
 * passes it. Infinite where no size is found that often, 0 where the smallest one is.
 */
export function sizeFound(points: readonly { size: number; power: number }[]): number {
  const first = points.findIndex(({ power }) => power >= target)
  if (first < 0) return Number.POSITIVE_INFINITY
  const near = points.filter(({ power }) => power > 0.45 && power < 0.97)
  if (near.length < 2) {
    const [low, high] = [points[first - 1], points[first]]
    if (low === undefined || high === undefined) return first === 0 ? 0 : Number.POSITIVE_INFINITY
    const share = (target - low.power) / (high.power - low.power)
    return low.size + share * (high.size - low.size)
  }
  const x = near.map(({ size }) => size)
  const y = near.map(({ power }) => normalQuantile(power))
  const [meanX, meanY] = [mean(x), mean(y)]
  const slope =
    x.reduce((sum, one, i) => sum + (one - meanX) * ((y[i] as number) - meanY), 0) /
    x.reduce((sum, one) => sum + (one - meanX) ** 2, 0)
  return meanX + (normalQuantile(target) - meanY) / slope
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** A size found by us over the size found by another, at the same rate of false alarms. */
export interface Ratio {
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
  /** Standard error of the ratio, by leaving out a tenth of the repetitions in turn. */
  readonly error: number
  /** How often our verdict alarms without any change: theirs is tuned to it. */
  readonly rate: number
}

/** `level`: ours alarms where its p-value is at most this. */
export function ratioOf(
  { unchanged, changed }: Simulated,
  change: string,
  ours: string,
  theirs: string,
  level: number,
): Ratio {
  const cut = -Math.log(level)
  const of = (skipped: number | null) => {
    const kept = (evidences: Evidences, name: string) =>
      (evidences[name] as number[]).filter((_, i) => i % folds !== skipped)
    const shareAbove = (values: readonly number[], from: number) =>
      values.filter((value) => value >= from).length / values.length
    const rate = shareAbove(kept(unchanged, ours), cut)
    const tuned = thresholdAt(kept(unchanged, theirs), rate)
    const sizes = (name: string, from: number) =>
      sizeFound(
        (changed[change] ?? []).map(({ size, evidence }) => ({
          size,
          power: shareAbove(kept(evidence, name), from),
        })),
      )
    return { ours: sizes(ours, cut), theirs: sizes(theirs, tuned), rate }
  }
  const whole = of(null)
  const parts = Array.from({ length: folds }, (_, i) => of(i))
  const ratios = parts.map((part) => part.ours / part.theirs)
  const middle = mean(ratios)
  const spread = ratios.reduce((sum, ratio) => sum + (ratio - middle) ** 2, 0)
  return {
    ...whole,
    ratio: whole.ours / whole.theirs,
    error: Math.sqrt(((folds - 1) / folds) * spread),
  }
}

const folds = 10
