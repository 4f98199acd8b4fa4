import type { ModelSettings } from '../contracts/config.ts'
import type { ArmInputs } from '../contracts/rollout-sums.ts'
import { scoreProfiles } from '../detectors/score-features.ts'
import { alarms } from '../policies/alarm.ts'
import type { Profile } from '../profiles/index.ts'

/** With fewer rows of an arm nothing is said of what it was asked. */
const fewestRows = 200

/**
 * Whether both arms were asked alike: every feature by its primary test and its rules, which share the level equally, and
 * with the smallest effect that matters, as a window is held against its reference. Split by a key, arms differ a little
 * for ever; only what matters makes them incomparable.
 */
export function compareArms(
  stable: Profile,
  candidate: Profile,
  settings: Pick<ModelSettings, 'features'>,
  level: number,
): ArmInputs {
  if (Math.min(stable.rows, candidate.rows) < fewestRows) {
    return {
      state: 'unknown',
      reason: `fewer than ${fewestRows} requests of one version were read`,
    }
  }
  const scores = scoreProfiles(stable, candidate, settings, null, 'given')
  const tests = scores.reduce((sum, { rules }) => sum + 1 + rules.length, 0)
  const isOther = (one: { score: (typeof scores)[0]['primary']; minimumEffect: number }) =>
    alarms(one.score, one.minimumEffect, level / tests)
  const other = scores.filter(({ primary, minimumEffect, rules }) =>
    [{ score: primary, minimumEffect }, ...rules].some(isOther),
  )
  if (other.length === 0) return { state: 'alike', reason: 'both versions were asked alike' }
  const names = other.map(({ feature }) => feature).join(', ')
  return { state: 'different', reason: `both versions were asked differently: ${names}` }
}
