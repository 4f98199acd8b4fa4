import type { LossChange, MeasuredLoss } from '../../../contracts/performance.ts'
import type { PerformanceFinding } from '../../../contracts/performance-finding.ts'
import { leastWindows } from '../../../statistics/dispersion.ts'
import { digits } from '../digits.ts'
import { minimumEffect } from './minimum-effect.ts'
import {
  about,
  type JudgedGroup,
  type JudgedSettings,
  type PerformanceJudge,
  unavailable,
} from './rule.ts'

const words = {
  brier: 'Brier score',
  error_rate: 'rate of errors',
  absolute_error: 'mean absolute error',
}

/** The mean loss of the window against the final windows of the version before it, one-sided for worse. */
export const loss: PerformanceJudge = {
  rule: 'loss',
  by: 'labels',
  tasks: ['binary', 'multiclass', 'regression'],
  judge: ({ groups, settings }) =>
    groups.map((judged): PerformanceFinding => {
      const { loss: measured, change, state } = judged.part
      if (measured === null || state !== 'MEASURED') {
        return unavailable('loss', judged, 'too few labels to measure by')
      }
      if (change === null) {
        return unavailable(
          'loss',
          judged,
          `learning what is usual: it is held against earlier final windows, from ${leastWindows} independent ones on`,
        )
      }
      return found(settings, judged, measured, change)
    }),
}

function found(
  settings: JudgedSettings,
  judged: JudgedGroup,
  { name, mean }: MeasuredLoss,
  { expected, difference, low, high, p, windows }: LossChange,
): PerformanceFinding {
  const least = minimumEffect(settings, 'loss', name, expected)
  const worse = difference > 0 ? p / 2 : 1 - p / 2
  const isSignificant = worse <= judged.level
  const isBetter = 1 - worse <= judged.level
  return {
    ...about(judged),
    rule: 'loss',
    state: isSignificant && low > least ? 'alarm' : isSignificant || isBetter ? 'watch' : 'ok',
    ...{ p: worse, effect: difference, effectInterval: [low, high], metric: name },
    ...{ minimumEffect: least, since: null },
    sentence: `${words[name]} ${digits(mean)}, ${digits(expected)} in ${windows} windows before (${way(difference)} by ${digits(Math.abs(difference))}, p ${digits(worse)})`,
  }
}

const way = (difference: number): string => (difference > 0 ? 'worse' : 'better')
