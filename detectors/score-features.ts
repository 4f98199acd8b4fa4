import type { ModelSettings } from '../contracts/config.ts'
import { scoreFeature } from '../contracts/prediction.ts'
import type { Explanation } from '../contracts/report.ts'
import type { FeatureCounts, Profile, SampledRow } from '../profiles/index.ts'
import { detectors } from './index.ts'
import { type FeatureScores, scoreSides } from './score-sides.ts'
import { sidesOfCounts } from './sides-of-counts.ts'
import {
  type Bucket,
  explainUnitChange,
  type Suspect,
  unitChangeDefinition,
} from './unit-change.ts'

export type { FeatureScores } from './score-sides.ts'

export interface ScoredWindow {
  readonly features: readonly FeatureScores[]
  readonly explanation: Explanation | null
  /** detector -> version of its definition, for the evidence. */
  readonly definitions: Readonly<Record<string, number>>
}

/**
 * Every feature of a window against its reference, and whether a change of units explains what moved. `sample` is
 * the whole window's, `buckets` are its parts in order of event time (none: the window is one). Features without
 * any value on one side are left to the missing-rate rule. Pure and deterministic.
 */
export function scoreFeatures(
  reference: Profile,
  current: Profile,
  sample: readonly SampledRow[],
  buckets: readonly Bucket[],
  settings: Pick<ModelSettings, 'features'>,
): ScoredWindow {
  const suspects: Suspect[] = []
  const features = reference.features.map((before, index) => {
    const now = current.features[index] as FeatureCounts
    const scores = scoreSides(
      sidesOfCounts(before, now),
      settings.features[before.binning.from?.feature ?? before.binning.name],
    )
    const { feature, primary, minimumEffect } = scores
    // The model's own score follows its inputs: it is never what upstream renamed.
    if (feature !== scoreFeature && primary.effectInterval[0] > minimumEffect) {
      suspects.push({ index, name: feature, reference: before, minimumEffect })
    }
    return scores
  })
  const whole = [{ start: null, profile: current, sample }]
  return {
    features,
    explanation: explainUnitChange(suspects, buckets.length === 0 ? whole : buckets),
    definitions: {
      ...Object.fromEntries(
        Object.values(detectors).map(({ name, definition }) => [name, definition]),
      ),
      'unit-change': unitChangeDefinition,
    },
  }
}
