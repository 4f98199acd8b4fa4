import { incidentKind } from '../../contracts/incident.ts'
import { noticeCause } from '../../contracts/notice.ts'
import { verdictName } from '../../contracts/report.ts'
import { budgetLeft } from '../../policies/budget.ts'
import { type AskedSeries, gaugesOf, type Sample } from './asked.ts'
import type { Measured } from './measured.ts'

const endings = ['succeeded', 'failed', 'lost'] as const

/** Of each model of the configuration in force. */
export function modelSeries(measured: Measured): AskedSeries[] {
  const { models, incidents, notices, retrainings, verdicts } = measured
  const gauge = gaugesOf(models)
  const counts = async (
    label: string,
    values: readonly string[],
    found: ReadonlyMap<string, number>,
  ): Promise<Sample[]> =>
    // What has not happened is 0 and not absent: a rise from nothing is a rise.
    (await models()).flatMap(({ model }) =>
      values.map((value) => ({
        labels: { model, [label]: value },
        value: found.get(`${model} ${value}`) ?? 0,
      })),
    )

  return [
    gauge(
      'drift_window_seconds',
      'The span of event time that one verdict is about.',
      ({ settings }) => settings.window.length / 1_000,
    ),
    gauge(
      'drift_window_lateness_seconds',
      'How long after its end a window is judged.',
      ({ settings }) => settings.window.lateness / 1_000,
    ),
    gauge(
      'drift_watermark_age_seconds',
      'Since the end of the last window that was judged; before the first: since the configuration was applied.',
      ({ watermarkAgeMs }) => watermarkAgeMs / 1_000,
    ),
    gauge(
      'drift_scan_last_end_seconds',
      'When the last scan reached a verdict, in seconds since 1970; 0 before the first.',
      ({ judged }) => (judged?.judgedAt.getTime() ?? 0) / 1_000,
    ),
    gauge(
      'drift_window_bad_ratio',
      'Unreadable records of the last window that was judged, as a share; absent where it held no record.',
      ({ judged }) =>
        judged === null || judged.good + judged.bad === 0
          ? null
          : judged.bad / (judged.good + judged.bad),
    ),
    gauge(
      'drift_window_bad_limit_ratio',
      'The share of unreadable records above which a verdict is DATA_QUALITY.',
      ({ settings }) => settings.detection.maximumBadShare,
    ),
    gauge(
      'drift_false_alarm_budget_left_incidents',
      'The budget of false alarms less the incidents that opened in its time, whatever their cause; below 0: more than it expects.',
      ({ settings, opened }) => budgetLeft(settings.detection.budget, opened),
    ),
    {
      name: 'drift_incidents_open',
      kind: 'gauge',
      help: 'Open incidents by kind.',
      labels: ['model', 'kind'],
      ask: async () => counts('kind', incidentKind.options, await incidents()),
    },
    {
      name: 'drift_notices_open',
      kind: 'gauge',
      help: 'Open notices by cause: what the owners are told of that is no drift.',
      labels: ['model', 'cause'],
      ask: async () => counts('cause', noticeCause.options, await notices()),
    },
    {
      name: 'drift_verdicts_total',
      kind: 'counter',
      help: 'Verdicts on record by kind; second looks are none.',
      labels: ['model', 'verdict'],
      ask: async () => counts('verdict', verdictName.options, await verdicts()),
    },
    {
      name: 'drift_retrainings_total',
      kind: 'counter',
      help: 'Retrainings that ended, by how; of a lost one nobody knows the end.',
      labels: ['model', 'state'],
      ask: async () => counts('state', endings, await retrainings()),
    },
  ]
}
