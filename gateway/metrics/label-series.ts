import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { AskedSeries } from './asked.ts'
import type { LabelledModel, Measured } from './measured.ts'

/** Of each model that has labels. */
export function labelSeries({ labels }: Measured): AskedSeries[] {
  const gauge = (
    name: string,
    help: string,
    value: (model: LabelledModel, settings: LabelSettings) => number | null,
  ): AskedSeries => ({
    name,
    kind: 'gauge',
    help,
    labels: ['model'],
    ask: async () =>
      (await labels()).flatMap((each) => {
        const found = value(each, each.settings)
        return found === null ? [] : [{ labels: { model: each.model }, value: found }]
      }),
  })
  return [
    gauge(
      'drift_label_watermark_age_seconds',
      'Since the event time up to which labels are complete enough to be final; before the first label: since the configuration was applied.',
      ({ watermarkAgeMs }) => watermarkAgeMs / 1_000,
    ),
    gauge(
      'drift_label_delay_seconds',
      'By when nearly all labels of a prediction are said to be there.',
      (_, { delay }) => delay / 1_000,
    ),
    gauge(
      'drift_label_coverage_ratio',
      'Predictions with a label in the last window that was measured for good, as a share; absent before the first.',
      ({ coverage }) => coverage,
    ),
    gauge(
      'drift_label_coverage_limit_ratio',
      'The share of predictions with a label below which a window says INSUFFICIENT_LABELS.',
      (_, { minimumCoverage }) => minimumCoverage,
    ),
  ]
}
