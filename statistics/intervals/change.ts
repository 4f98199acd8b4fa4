import { logSameRateP, rateDifferenceInterval } from '../rates.ts'
import { normalQuantile, normalSf } from '../special.ts'
import type { MetricEstimate } from './estimate.ts'

/** Now less then: of two windows without common rows. */
export interface MetricChange {
  readonly change: number
  readonly low: number
  readonly high: number
  /** Two-sided, of no change. */
  readonly p: number
}

/**
 * Change of a metric between two windows. Rates: Newcombe's interval, and the exact permutation test. Others: from the
 * intervals of both sides (Zou and Donner, Statistics in Medicine 27, 2008), each end from the arms that point to it;
 * the p-value takes the arms that point to 0 for as many standard errors as their level has, and so is below 5 %
 * exactly where the 95 % interval leaves 0 out. null where either side has no estimate.
 */
export function metricChange(
  reference: MetricEstimate,
  current: MetricEstimate,
  level = 0.95,
): MetricChange | null {
  if (reference.interval === null || current.interval === null) return null
  const change = current.value - reference.value
  if (reference.rate !== undefined && current.rate !== undefined) {
    const [k, n, l, m] = [...reference.rate, ...current.rate]
    const [low, high] = rateDifferenceInterval(k, n, l, m, level)
    return { change, low, high, p: Math.exp(logSameRateP(k, n, l, m)) }
  }
  const [before, now] = [armsOf(reference), armsOf(current)]
  const down = Math.hypot(now.down, before.up)
  const up = Math.hypot(now.up, before.down)
  const towardsZero = change > 0 ? down : up
  const z = normalQuantile((1 + level) / 2)
  const p = towardsZero > 0 ? 2 * normalSf((Math.abs(change) / towardsZero) * z) : 0
  return { change, low: change - down, high: change + up, p: change === 0 ? 1 : p }
}

const armsOf = ({ value, interval }: MetricEstimate & { value: number }) => {
  const [low, high] = interval as readonly [number, number]
  return { down: value - low, up: high - value }
}
