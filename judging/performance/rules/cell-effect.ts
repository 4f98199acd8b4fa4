import { noncentralInterval } from '../../../statistics/noncentral.ts'

/**
 * Root mean square change of cells behind a chi-square statistic, with its 95 % interval: the noncentrality in the unit
 * of the change. `square` is the mean square as it was seen, sampling included.
 */
export function cellEffect(
  statistic: number,
  degrees: number,
  square: number,
  factor: number,
): { effect: number; interval: [number, number] } {
  const seen = statistic / factor
  if (!(seen > 0)) return { effect: 0, interval: [0, 0] }
  const [low, high] = noncentralInterval(seen, degrees)
  const inUnits = (noncentrality: number) => Math.sqrt((noncentrality / seen) * square)
  return {
    effect: inUnits(Math.max(0, seen - degrees)),
    interval: [inUnits(low), inUnits(high)],
  }
}
