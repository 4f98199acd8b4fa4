import type { Score } from '../contracts/report.ts'
import { detectableEffect, type EffectLaw } from '../statistics/detectable.ts'

/**
 * The smallest effect that would have raised an alarm of this test with a chance of 80 %, in the unit of the smallest
 * that matters; null for a test without a p-value, which never raises one, and for one that does not say how its
 * effect errs: the interval of one window is no guide to that of a window with a larger change.
 */
export function detectableBy(score: Score, minimumEffect: number, level: number): number | null {
  const { pValue, law, prediction } = score
  if (pValue === null || law === undefined) return null
  return detectableEffect(law as EffectLaw, {
    logLevel: prediction?.logLevel ?? Math.log(level),
    minimumEffect,
    dispersion: Math.max(1, prediction?.dispersion ?? 1),
  })
}
