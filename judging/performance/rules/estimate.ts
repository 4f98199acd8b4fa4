import type { EstimateChange, EstimatedPart } from '../../../contracts/estimate.ts'
import type { MeasuredLoss } from '../../../contracts/performance.ts'
import type { PerformanceFinding } from '../../../contracts/performance-finding.ts'
import { digits } from '../digits.ts'
import { minimumEffect } from './minimum-effect.ts'
import { type EstimateJudge, type JudgedSettings, nothing } from './rule.ts'

const words = {
  brier: 'Brier score',
  error_rate: 'rate of errors',
  absolute_error: 'mean absolute error',
}

/** The estimated loss of the window against that of the reference, one-sided for worse. */
export const estimate: EstimateJudge = {
  rule: 'estimate',
  by: 'estimate',
  tasks: ['binary', 'regression'],
  judge(part, level, settings) {
    const { loss, change, reason } = part
    return loss === null || change === null
      ? { ...about(part), ...nothing, level: null, state: 'unavailable', sentence: reason ?? '' }
      : found(settings, part, level, loss, change)
  },
}

const about = ({ version, segment, rows }: EstimatedPart) =>
  ({ rule: 'estimate', version, segment, n: rows }) as const

function found(
  settings: JudgedSettings,
  part: EstimatedPart,
  level: number,
  { name, mean }: MeasuredLoss,
  { expected, difference, low, high, p, windows }: EstimateChange,
): PerformanceFinding {
  const least = minimumEffect(settings, 'estimate', name, expected)
  const worse = difference > 0 ? p / 2 : 1 - p / 2
  const isSignificant = worse <= level
  const isBetter = 1 - worse <= level
  const known = windows === 0 ? 'by sampling noise only' : `by what ${windows} windows before vary`
  return {
    ...about(part),
    state: isSignificant && low > least ? 'alarm' : isSignificant || isBetter ? 'watch' : 'ok',
    ...{ p: worse, level, effect: difference, effectInterval: [low, high], metric: name },
    ...{ minimumEffect: least, since: null },
    sentence: `before its labels the ${words[name]} is estimated at ${digits(mean)}, on the reference at ${digits(expected)} (p ${digits(worse)}, ${known})`,
  }
}
