import type { FeatureReport, JointReport, JointScores } from '../contracts/report.ts'
import { twoDigits } from '../contracts/two-digits.ts'
import { alarms, isSignificant } from './alarm.ts'

/** What row detectors say under the level of one test; one that only describes never drifts. */
export const jointReports = (
  joint: readonly JointScores[],
  level: number,
  reference?: string,
): JointReport[] =>
  joint.map(({ details, ...scores }) => ({
    ...scores,
    ...(reference !== undefined && { reference }),
    details: { ...details },
    state: stateOf(scores, level),
    level,
  }))

function stateOf(
  { score, decides, minimumEffect }: Pick<JointScores, 'score' | 'decides' | 'minimumEffect'>,
  level: number,
): JointReport['state'] {
  if (score === null) return 'unavailable'
  if (decides && alarms(score, minimumEffect, level)) return 'drifted'
  // Significant, and it cannot be excluded that the effect matters.
  return isSignificant(score, level) && score.effectInterval[1] > minimumEffect ? 'watch' : 'ok'
}

/** The headline of a drift that no feature shows on its own; null where one does. */
export function jointHeadline(
  features: readonly FeatureReport[],
  joint: readonly JointReport[],
): string | null {
  const found = joint.find(({ state }) => state === 'drifted')
  if (found?.score == null || features.some(({ state }) => state === 'drifted')) return null
  const { score, minimumEffect, sentence, reference } = found
  const against = reference === undefined ? '' : ` against ${reference}`
  const evidence = `${score.detector} effect ${twoDigits(score.effect)}, at least ${twoDigits(score.effectInterval[0])} > ${twoDigits(minimumEffect)}`
  return `the features drifted together${against}, none of them on its own: ${sentence}; ${evidence}`
}
