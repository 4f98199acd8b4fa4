import type { Score } from '../contracts/report.ts'
import { detectableEffect, type EffectLaw } from '../statistics/detectable.ts'

/**
 * The smallest effect that would have raised an alarm of this test with a chance of 80 %, in the unit of the smallest
 * that matters; null for a test without a p-value, which never raises one.
 */
export function detectableBy(score: Score, minimumEffect: number, level: number): number | null {
  if (score.pValue === null) return null
  return detectableEffect((score.law as EffectLaw | undefined) ?? normalLaw(score), {
    logLevel: score.prediction?.logLevel ?? Math.log(level),
    minimumEffect,
    dispersion: Math.max(1, score.prediction?.dispersion ?? 1),
  })
}

/** Of a detector that does not say: the interval is one of 95 %, and its whole side is told where it is not cut. */
function normalLaw({ effect, effectInterval: [low, high] }: Score): EffectLaw {
  const margin = low > 0 ? effect - low : high - effect
  const error = margin / 1.96
  return { chance: error, factor: 1, error, margin }
}
