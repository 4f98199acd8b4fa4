import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { MeasuredLoss, MeasuredMetric, MeasuredPart } from '../../contracts/performance.ts'
import { againstEarlier, type WindowMean } from '../../statistics/against-earlier.ts'
import { classifierPerformance } from '../../statistics/intervals/classifier.ts'
import type { Performance, PerformanceOptions } from '../../statistics/intervals/estimate.ts'
import { multiclassPerformance } from '../../statistics/intervals/multiclass.ts'
import { regressorPerformance } from '../../statistics/intervals/regressor.ts'
import { seededRandom } from '../../statistics/seeded-random.ts'
import { chosenOf, type LabelledGroup, taskOf } from './labelled-rows.ts'
import { lossOf } from './losses.ts'

/** The losses of earlier final windows of a version or of a segment of it, in order of time. */
export type EarlierLosses = (
  group: Pick<LabelledGroup, 'version' | 'segment'>,
  loss: MeasuredLoss['name'],
) => readonly WindowMean[]

export interface MeasuringOptions {
  readonly earlier?: EarlierLosses
  /** Resamples of an interval that no formula gives, at most. */
  readonly most?: number
}

/** How well each version did, in all and in each segment of its predictions. */
export const measuredParts = (
  groups: readonly LabelledGroup[],
  settings: LabelSettings,
  { earlier = () => [], most = mostResamples }: MeasuringOptions = {},
): MeasuredPart[] =>
  groups.map((group) => {
    const { version, segment, predictions, scores } = group
    const labelled = scores.length
    const isEnough =
      labelled >= settings.minimumLabels && labelled >= settings.minimumCoverage * predictions
    const loss = isEnough ? lossOf(group, settings) : null
    return {
      ...{ version, segment, predictions, labelled },
      state: isEnough ? 'MEASURED' : 'INSUFFICIENT_LABELS',
      metrics: isEnough ? metricsOf(group, settings, most) : [],
      loss,
      change:
        loss === null
          ? null
          : againstEarlier(earlier(group, loss.name), { ...loss, rows: labelled }),
    }
  })

function metricsOf(group: LabelledGroup, settings: LabelSettings, most: number): MeasuredMetric[] {
  const options = intervalOptions(group.scores.length, settings, most)
  switch (taskOf(settings)) {
    case 'regression':
      return told(regressorPerformance(group.actual, group.scores, options), regressorNames)
    case 'multiclass': {
      const classes = settings.classes ?? []
      const places = (names: readonly string[]) => names.map((name) => classes.indexOf(name))
      // A class that nobody configured is one more, in which no label lies.
      const predicted = places(group.chosen).map((place) => (place < 0 ? classes.length : place))
      const input = { labels: places(group.classes), predicted, classes: classes.length + 1 }
      return told(multiclassPerformance(input, options), tableNames)
    }
    case 'binary':
      return binaryOf(group, settings, options)
  }
}

/** Of the chosen classes all that a table of them gives; of the scores what they say as probabilities. */
function binaryOf(
  { scores, chosen, actual }: LabelledGroup,
  settings: LabelSettings,
  options: PerformanceOptions,
): MeasuredMetric[] {
  const { threshold } = settings
  const scored = scores.flatMap((score, row) => (Number.isNaN(score) ? [] : [row]))
  const probabilities = scored.map((row) => scores[row] as number)
  const labels = scored.map((row) => actual[row] as number)
  // A score that is none, as a margin, is ranked and nothing else.
  const areProbabilities = probabilities.every((score) => score >= 0 && score <= 1)
  const ranked =
    scored.length === 0
      ? null
      : classifierPerformance(probabilities, labels, { ...options, threshold })
  const names = areProbabilities ? [...rankingNames, ...probabilityNames] : rankingNames
  // Where records name the chosen class the table is of these, else of scores at the threshold.
  if (chosen.every((name) => name === '')) return told(ranked, [...names, ...tableNames])
  const predicted = scores.map((score, row) => chosenOf(score, chosen[row] as string, settings))
  const table = classifierPerformance(predicted, actual, { ...options, threshold: 0.5 })
  return [...told(ranked, names), ...told(table, tableNames)]
}

/** Rows that all resamples of one bootstrap come to, and the fewest resamples. */
const mostDrawn = 40_000_000
const mostResamples = 2_000
/** Rough ones, for what is measured anew with every label that comes. */
export const fewestResamples = 200

/** The same rows give the same intervals. */
const intervalOptions = (
  rows: number,
  { minimumLabels }: LabelSettings,
  most: number,
): PerformanceOptions => ({
  next: seededRandom(1),
  needed: minimumLabels,
  resamples: Math.max(fewestResamples, Math.min(most, Math.floor(mostDrawn / rows))),
})

const rankingNames = ['roc_auc', 'average_precision'] as const
const probabilityNames = ['log_loss', 'brier', 'calibration_error'] as const
const tableNames = [
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'specificity',
  'mcc',
] as const
const regressorNames = ['mae', 'median_absolute_error', 'rmse', 'mape', 'r2', 'bias'] as const

const told = <Name extends string>(
  performance: Performance<Name> | null,
  names: readonly Name[],
): MeasuredMetric[] =>
  performance?.state !== 'measured'
    ? []
    : names.map((name) => {
        const { value, interval } = performance.metrics[name]
        return { name, value, low: interval?.[0] ?? null, high: interval?.[1] ?? null }
      })
