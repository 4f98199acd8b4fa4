import type { ModelSettings } from '../contracts/config.ts'
import { scoreFeature } from '../contracts/prediction.ts'
import type { Explanation, FeatureScores } from '../contracts/report.ts'
import type { FeatureCounts, Profile, SampledRow } from '../profiles/index.ts'
import { definitions } from './index.ts'
import { scoreSides } from './score-sides.ts'
import { sidesOfCounts } from './sides-of-counts.ts'
import {
  type Bucket,
  explainUnitChange,
  type Suspect,
  unitChangeDefinition,
} from './unit-change.ts'

export interface ScoredWindow {
  readonly features: readonly FeatureScores[]
  readonly explanation: Explanation | null
  /** detector -> version of its definition, for the evidence. */
  readonly definitions: Readonly<Record<string, number>>
}

/**
 * Every feature of a profile against its reference. `cells` as in `sidesOfCounts`: `quantiles` unless said. Pure and
 * deterministic.
 */
export const scoreProfiles = (
  reference: Profile,
  current: Profile,
  settings: Pick<ModelSettings, 'features'>,
  describe?: readonly string[] | null,
  cells?: 'quantiles' | 'given',
): FeatureScores[] =>
  reference.features.map((before, index) =>
    scoreSides(
      sidesOfCounts(before, current.features[index] as FeatureCounts, cells),
      settings.features[before.binning.from?.feature ?? before.binning.name],
      describe,
    ),
  )

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
  cells?: 'quantiles' | 'given',
  describe?: readonly string[] | null,
): ScoredWindow {
  const features = scoreProfiles(reference, current, settings, describe, cells)
  const suspects = features.flatMap(
    ({ feature: name, primary, minimumEffect }, index): Suspect[] => {
      // The model's own score follows its inputs: it is never what upstream renamed.
      const moved = name !== scoreFeature && primary.effectInterval[0] > minimumEffect
      const before = reference.features[index] as FeatureCounts
      return moved ? [{ index, name, reference: before, minimumEffect }] : []
    },
  )
  const whole = [{ start: null, profile: current, sample }]
  return {
    features,
    explanation: explainUnitChange(suspects, buckets.length === 0 ? whole : buckets),
    definitions: { ...definitions, 'unit-change': unitChangeDefinition },
  }
}
