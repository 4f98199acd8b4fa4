import type { FeatureReport } from '../contracts/report.ts'

/** The feature, and of which rows and how many windows where these are not all rows of the one window. */
export function lookName({ feature, segment, windows }: FeatureReport): string {
  const rows = segment === undefined ? '' : ` in ${segment}`
  return `${feature}${rows}${windows === 1 ? '' : ` (${windows} windows)`}`
}
