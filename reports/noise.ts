import type { Score } from '../contracts/report.ts'
import { count, probability, short } from './numbers.ts'

/** How much windows vary without change, and from how many windows that is known. */
export function noiseOf({ pValue, prediction }: Score): string {
  if (pValue === null) return ''
  if (prediction === undefined) {
    return 'sampling noise only: too few accepted windows say how much windows vary'
  }
  const { dispersion, windows, effectiveWindows, provisional } = prediction
  const least =
    windows === 0
      ? 'by the declared design effect'
      : `${count(windows)} accepted windows, worth ${count(Math.floor(effectiveWindows))}${provisional ? ', provisional below 30' : ''}`
  const sampling =
    prediction.pValue === null ? '' : `; by sampling alone p would be ${probability(pValue)}`
  return dispersion <= 1
    ? `windows vary as sampling explains (${least})${sampling}`
    : `windows vary ${short(dispersion)} times as much as sampling explains (${least})${sampling}`
}
