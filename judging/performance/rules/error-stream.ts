import type { PerformanceFinding } from '../../../contracts/performance-finding.ts'
import { count, digits, moment } from '../digits.ts'
import { taskOf } from '../labelled-rows.ts'
import type { Passed, StreamAlarm } from '../stream.ts'
import type { Usual } from '../usual.ts'
import { minimumEffect } from './minimum-effect.ts'
import {
  about,
  againstUsual,
  type JudgedGroup,
  type JudgedSettings,
  type PerformanceJudge,
} from './rule.ts'

/** What a streaming detector says of the errors, in the order of event time over all final windows. */
export const errorStream: PerformanceJudge = {
  rule: 'error_stream',
  by: 'labels',
  tasks: ['binary', 'multiclass', 'regression'],
  judge: ({ groups, settings }) =>
    againstUsual('error_stream', groups, (judged, usual) => {
      const { passed } = judged
      if (typeof passed === 'string') return passed
      if (typeof passed.stream.state === 'string') return passed.stream.state
      return found(settings, judged, usual, passed)
    }),
}

/** Reach of 95 % of a normal law. */
const reach = 1.96

function found(
  settings: JudgedSettings,
  judged: JudgedGroup,
  usual: Usual,
  { alarms, mean, stream }: Passed,
): PerformanceFinding {
  const metric = taskOf(settings.labels) === 'regression' ? 'absolute_error' : 'error_rate'
  const least = minimumEffect(settings, 'error_stream', metric, usual.errors.mean)
  const told = {
    ...about(judged),
    ...{ rule: 'error_stream' as const, p: null, metric, minimumEffect: least },
  }
  const words = metric === 'error_rate' ? 'rate of errors' : 'mean absolute error'
  const before = `${digits(usual.errors.mean)} in the ${count(usual.labels)} labels that it learned from`
  const changes = alarms.map((alarm) => changeOf(usual, settings.detection.designEffect, alarm))
  // The last that matters tells most; one that does not is told where there is no other.
  const change = changes.findLast(({ low }) => low > least) ?? changes.at(-1)
  if (change === undefined) {
    const difference = mean - usual.errors.mean
    return {
      ...{ ...told, state: 'ok', effect: difference, effectInterval: null, since: null },
      sentence: `${words} ${digits(mean)}, ${before}; no alarm in ${count(stream.labels)} labels`,
    }
  }
  const { alarm, effect, low, high } = change
  return {
    ...told,
    state: low > least ? 'alarm' : 'watch',
    ...{ effect, effectInterval: [low, high], since: new Date(alarm.since).toISOString() },
    sentence: `${words} ${digits(alarm.mean)} since ${moment(alarm.since)}, ${before} (worse by ${digits(effect)}, ${digits(low)} to ${digits(high)})`,
  }
}

/** The mean since errors rose less what is usual. The beginning was chosen by them, which makes it a little too large. */
function changeOf({ errors, labels }: Usual, designEffect: number, alarm: StreamAlarm) {
  const effect = alarm.mean - errors.mean
  const factor = Math.max(1, designEffect, errors.spread.factor)
  const half = reach * errors.sd * Math.sqrt(factor * (1 / alarm.labels + 1 / labels))
  return { alarm, effect, low: effect - half, high: effect + half }
}
