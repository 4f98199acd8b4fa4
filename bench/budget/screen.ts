import type { FeatureSettings } from '../../contracts/config.ts'
import type { FeatureScores } from '../../contracts/report.ts'
import { sidesOfCounts } from '../../detectors/index.ts'
import { scoreSides } from '../../detectors/score-sides.ts'
import type { Scoring } from '../../judging/judge-profiles.ts'
import type { FeatureCounts, Profile } from '../../profiles/index.ts'
import { cannotAlarm } from './cannot-alarm.ts'

/**
 * Scores as the product makes them for what may raise an alarm; for the others those of the reference against
 * itself without p-values, which cannot raise one either and take the same shares of the level. `looked` hears of every
 * look: later windows may ask what its tests said.
 */
export function screened(
  settings: Readonly<Record<string, FeatureSettings>>,
  looked?: (look: Look) => void,
): Scoring {
  const quiet = new WeakMap<Profile, readonly FeatureScores[]>()
  const score = (before: FeatureCounts, now: FeatureCounts) =>
    scoreSides(sidesOfCounts(before, now), settings[before.binning.name] ?? scoreSettings, null)
  const look = (
    reference: Profile,
    current: Profile,
    significance: number,
    of: Pick<Look, 'segment'> = {},
  ): FeatureScores[] => {
    const alike =
      quiet.get(reference) ?? reference.features.map((each) => withoutP(score(each, each)))
    quiet.set(reference, alike)
    looked?.({ reference, current, quiet: alike, ...of })
    // Every look has at least one test for each feature.
    const level = significance / reference.features.length
    return reference.features.map((before, i) => {
      const now = current.features[i] as FeatureCounts
      const asQuiet = alike[i] as FeatureScores
      if (cannotAlarm(before, now, level)) return asQuiet
      const told = score(before, now)
      // What a history makes of a p-value is never smaller.
      return isQuiet(told, level) ? asQuiet : told
    })
  }
  return {
    window: ({ reference, rows }, significance) => ({
      features: look(reference, rows.profile, significance),
      explanation: null,
      definitions: {},
    }),
    segment: ({ reference, current, name }, _, significance) =>
      look(reference, current, significance, { segment: name }),
    span: ({ reference }, profile, significance) => look(reference, profile, significance),
  }
}

/** What was looked at: a segment of the window, a longer span, else all rows of the window. */
export interface Look {
  readonly reference: Profile
  readonly current: Profile
  /** The scores of the reference against itself. */
  readonly quiet: readonly FeatureScores[]
  readonly segment?: string
}

/** The model's own score has no settings; its smallest effect that matters is 0 here like the others'. */
const scoreSettings: FeatureSettings = { type: 'numeric', minimumEffect: 0 }

const isQuiet = ({ primary, rules }: FeatureScores, level: number): boolean =>
  [primary, ...rules.map((rule) => rule.score)].every(({ pValue }) => (pValue ?? 1) > level)

/** Without a p-value nothing alarms, and nothing is worked out of it. */
const withoutP = (feature: FeatureScores): FeatureScores => ({
  ...feature,
  primary: { ...feature.primary, pValue: null },
  rules: feature.rules.map((rule) => ({ ...rule, score: { ...rule.score, pValue: null } })),
})
