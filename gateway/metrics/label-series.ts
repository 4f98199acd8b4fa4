import { performanceRule } from '../../contracts/performance-finding.ts'
import { type AskedSeries, gaugesOf } from './asked.ts'
import type { Measured } from './measured.ts'

/** Of each model that has labels. */
export function labelSeries({ labels }: Measured): AskedSeries[] {
  const gauge = gaugesOf(labels)
  return [
    gauge(
      'drift_label_watermark_age_seconds',
      'Since the event time up to which labels are complete enough to be final; before the first label: since the configuration was applied.',
      ({ watermarkAgeMs }) => watermarkAgeMs / 1_000,
    ),
    gauge(
      'drift_label_delay_seconds',
      'By when nearly all labels of a prediction are said to be there.',
      ({ settings: { delay } }) => delay / 1_000,
    ),
    gauge(
      'drift_label_coverage_ratio',
      'Predictions with a label in the last window that was measured for good, as a share; absent before the first.',
      ({ coverage }) => coverage,
    ),
    gauge(
      'drift_label_late',
      'Labels that came after the final measure of their window, of the windows of the last eight weeks.',
      ({ late }) => late,
    ),
    gauge(
      'drift_label_coverage_limit_ratio',
      'The share of predictions with a label below which a window says INSUFFICIENT_LABELS.',
      ({ settings: { minimumCoverage } }) => minimumCoverage,
    ),
    {
      name: 'drift_performance_alarms',
      kind: 'gauge',
      help: 'Versions and segments of which a rule says that the model does worse in the last window that was measured for good; absent before one was judged.',
      labels: ['model', 'rule'],
      ask: async () =>
        (await labels()).flatMap(({ model, alarms }) =>
          alarms === null
            ? []
            : performanceRule.options.map((rule) => ({
                labels: { model, rule },
                value: alarms.filter((each) => each === rule).length,
              })),
        ),
    },
  ]
}
