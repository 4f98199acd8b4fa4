import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { MeasuredLoss, MeasuredMetric, MeasuredPart } from '../../contracts/performance.ts'
import { againstEarlier, type WindowMean } from '../../statistics/against-earlier.ts'
import { classificationMetrics } from '../../statistics/metrics/binary.ts'
import { confusionMetrics, confusionOf } from '../../statistics/metrics/confusion.ts'
import { multiclassMetrics } from '../../statistics/metrics/multiclass.ts'
import { regressionMetrics } from '../../statistics/metrics/regression.ts'
import { chosenOf, type LabelledGroup, taskOf } from './labelled-rows.ts'
import { lossOf } from './losses.ts'

/** The losses of earlier final windows of a version or of a segment of it, in order of time. */
export type EarlierLosses = (
  group: Pick<LabelledGroup, 'version' | 'segment'>,
  loss: MeasuredLoss['name'],
) => readonly WindowMean[]

/** How well each version did, in all and in each segment of its predictions. */
export const measuredParts = (
  groups: readonly LabelledGroup[],
  settings: LabelSettings,
  earlier: EarlierLosses = () => [],
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
      metrics: isEnough ? metricsOf(group, settings) : [],
      loss,
      change: loss === null ? null : againstEarlier(earlier(group, loss.name), loss),
    }
  })

function metricsOf(group: LabelledGroup, settings: LabelSettings): MeasuredMetric[] {
  switch (taskOf(settings)) {
    case 'regression':
      return listed(regressionMetrics(group.actual, group.scores), regressionNames)
    case 'multiclass': {
      const classes = settings.classes ?? []
      const places = (names: readonly string[]) => names.map((name) => classes.indexOf(name))
      // A class that nobody configured is one more, in which no label lies.
      const predicted = places(group.chosen).map((place) => (place < 0 ? classes.length : place))
      const input = { labels: places(group.classes), predicted, classes: classes.length + 1 }
      return listed(multiclassMetrics(input), tableNames)
    }
    case 'binary':
      return binaryOf(group, settings)
  }
}

/** Of the chosen classes all that a table of them gives; of the scores what they say as probabilities. */
function binaryOf(
  { scores, chosen, actual }: LabelledGroup,
  settings: LabelSettings,
): MeasuredMetric[] {
  const predicted = scores.map((score, row) => chosenOf(score, chosen[row] as string, settings))
  const table = confusionMetrics(confusionOf(predicted, actual, 0.5))
  const scored = scores.flatMap((score, row) => (Number.isNaN(score) ? [] : [row]))
  const probabilities = scored.map((row) => scores[row] as number)
  // A score that is none, as a margin, is ranked and nothing else.
  const areProbabilities = probabilities.every((score) => score >= 0 && score <= 1)
  const ranked =
    scored.length === 0
      ? []
      : listed(
          classificationMetrics(
            probabilities,
            scored.map((row) => actual[row] as number),
          ),
          areProbabilities ? [...rankingNames, ...probabilityNames] : rankingNames,
        )
  return [...ranked, ...listed(table, tableNames)]
}

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
const regressionNames = ['mae', 'median_absolute_error', 'rmse', 'mape', 'r2', 'bias'] as const

/** JSON has no NaN: what is not defined is null. */
const listed = <Name extends string>(
  metrics: Readonly<Record<Name, number>>,
  names: readonly Name[],
): MeasuredMetric[] =>
  names.map((name) => ({
    name,
    value: Number.isFinite(metrics[name]) ? metrics[name] : null,
    low: null,
    high: null,
  }))
