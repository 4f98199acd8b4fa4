import type { EstimatorKind } from '../../contracts/estimate.ts'
import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { MeasuredLoss } from '../../contracts/performance.ts'
import type { Cbpe } from '../../statistics/cbpe/binary.ts'
import type { GapReference } from '../../statistics/concept/gap.ts'
import type { Dle, DleValues } from '../../statistics/dle/estimator.ts'
import type { FeatureRow, LearnedFeature } from './feature-columns.ts'
import { taskOf } from './labelled-rows.ts'

/** What is stored of a version: how well it is expected to do, learned once from labelled rows. Plain JSON. */
export interface Estimator {
  readonly schema: 'driftgate-estimator/1'
  readonly kind: EstimatorKind
  /** Final windows that the rows are of. */
  readonly windows: number
  /** Of the rows that are stored beside it; none: no sample was kept. */
  readonly features: readonly LearnedFeature[]
  /** All rows first ('') and then each segment with labels enough. */
  readonly groups: readonly FittedGroup[]
  /** Of numbers: what rows lose, learned from all of them. */
  readonly dle: Dle | null
}

export interface FittedGroup {
  readonly segment: string
  /** Labelled rows. */
  readonly labels: number
  readonly loss: {
    readonly name: MeasuredLoss['name']
    /** Mean over the rows as realised, and the variance of one row. */
    readonly realised: number
    readonly rowVariance: number
    /** Mean as estimated, and the variance that sampling the rows gives it. */
    readonly estimated: { readonly mean: number; readonly variance: number }
  }
  readonly gap: GapReference
  /** Of two classes. */
  readonly cbpe: Cbpe | null
  /** Of numbers: realised less estimated mean of each metric over these rows; `rmse` 0, it follows from `mse`. */
  readonly shift: DleValues | null
}

/** A labelled row of the sample: it learns anew where inputs shift. */
export interface SampledReferenceRow {
  /** As tables hold it. */
  readonly id: string
  readonly score: number
  /** Null: numbers are foretold. */
  readonly chosen: boolean | null
  readonly label: number
  readonly segments: readonly string[]
  /** In the order of the estimator's features. */
  readonly values: FeatureRow
}

/** Fewer rows are no ground for the normal law, nor for a curve. */
export const fewestRows = 100
/** Of each of two classes. */
export const fewestOfClass = 10

/** Labels, or rows, that a group needs. */
export const rowsNeeded = ({ minimumLabels }: LabelSettings): number =>
  Math.max(fewestRows, minimumLabels)

/** What is asked of labels: estimators are of one such question. */
export const askedOf = ({ task, positive, classes, threshold }: LabelSettings) => ({
  ...{ task, positive: positive ?? null, classes: classes ?? null, threshold },
})

/** How performance of a task is estimated; a string: why it cannot be. */
export function kindOf(settings: LabelSettings): EstimatorKind | { readonly not: string } {
  switch (taskOf(settings)) {
    case 'binary':
      return 'cbpe'
    case 'regression':
      return 'dle'
    case 'multiclass':
      return {
        not: 'of several classes each needs its probability, and of a prediction one score is kept',
      }
  }
}
