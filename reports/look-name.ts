import { type FeatureReport, titleOf } from '../contracts/report.ts'

/** The feature, and of which rows, how many windows and against which reference, where these are not the only ones. */
export function lookName(look: FeatureReport): string {
  const apart = [
    ...(look.windows === 1 ? [] : [`${look.windows} windows`]),
    ...(look.reference === undefined ? [] : [`against ${look.reference}`]),
  ]
  return `${titleOf(look)}${apart.length === 0 ? '' : ` (${apart.join(', ')})`}`
}
