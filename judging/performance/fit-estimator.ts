import type { LabelSettings } from '../../contracts/label-settings.ts'
import { seededRandom, seedOf } from '../../statistics/seeded-random.ts'
import { type Estimator, kindOf, type SampledReferenceRow } from './estimator.ts'
import { type LearnedFeature, withCategories } from './feature-columns.ts'
import { fitClassifier } from './fit-classifier.ts'
import { fitRegressor } from './fit-regressor.ts'
import type { ReferenceRow } from './reference-rows.ts'

/** Labelled rows of the first final windows of a version. */
export interface ReferenceOfVersion {
  readonly rows: readonly ReferenceRow[]
  /** Those whose features are known, in the order of `features`. */
  readonly sampled: readonly SampledReferenceRow[]
  readonly features: readonly LearnedFeature[]
  readonly windows: number
  /** The same text, the same draws. */
  readonly seed: string
}

/** What performance of a version is estimated by from now on; null: too few rows, or nothing of the kind can be fitted. */
export function fitEstimator(
  { rows, sampled, features, windows, seed }: ReferenceOfVersion,
  settings: LabelSettings,
): Estimator | null {
  const kind = kindOf(settings)
  const learned = withCategories(
    sampled.length === 0 ? [] : features,
    sampled.map(({ values }) => values),
  )
  const common = { schema: 'driftgate-estimator/1', windows, features: learned } as const
  if (kind === 'cbpe') {
    const groups = fitClassifier(rows, settings, seededRandom(seedOf(seed)))
    return groups.length === 0 ? null : { ...common, kind, groups, dle: null }
  }
  if (kind === 'dle') {
    const fitted = fitRegressor(sampled, learned, settings)
    return fitted === null ? null : { ...common, kind, ...fitted }
  }
  return null
}
