import { chiAt } from './chi-square-at.ts'
import type { EffectLaw } from './detectable.ts'
import { logChiSquareSf } from './special.ts'

/**
 * ln of a p-value as it is where rows vary `factor` times as much as independent ones: the statistic behind it is divided
 * by that (Rao and Scott 1981). A test whose law is not told counts as one of two degrees of freedom, for which ln p
 * itself is divided; of more degrees that is far too small: of nine, at a factor of 3, it says 5 % of what happens in 27 %
 * of windows. Never below that.
 */
export function designLogP(logP: number, law: EffectLaw | undefined, factor: number): number {
  const ofTwo = logP / Math.max(1, factor)
  const form = formOf(law)
  if (form === null || factor <= 1) return ofTwo
  return Math.max(ofTwo, scaledTail(logP, form, 1 / factor))
}

/** ln of the p-value of independent rows that `designLogP` turns into this one. */
export function designLogLevel(log: number, law: EffectLaw | undefined, factor: number): number {
  const ofTwo = log * Math.max(1, factor)
  const form = formOf(law)
  if (form === null || factor <= 1) return ofTwo
  return Math.min(ofTwo, scaledTail(log, form, factor))
}

interface Form {
  readonly degrees: number
  readonly factor: number
}

/** The tail `factor` x P(χ >= x) of a test without any change. */
function formOf(law: EffectLaw | undefined): Form | null {
  if (law === undefined || 'floor' in law) return null
  return 'size' in law
    ? { degrees: law.degrees, factor: 1 }
    : { degrees: law.degrees ?? 1, factor: law.factor }
}

function scaledTail(log: number, { degrees, factor }: Form, by: number): number {
  const x = chiAt(log - Math.log(factor), degrees)
  return Math.min(0, logChiSquareSf(x * x * by, degrees) + Math.log(factor))
}
