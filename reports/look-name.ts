import { type FeatureReport, titleOf } from '../contracts/report.ts'

/** The feature, and of which rows and how many windows where these are not all rows of the one window. */
export const lookName = (look: FeatureReport): string =>
  `${titleOf(look)}${look.windows === 1 ? '' : ` (${look.windows} windows)`}`
