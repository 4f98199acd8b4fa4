import { type Report, type Since, titleOf } from '../contracts/report.ts'
import { sinceText } from '../contracts/since-text.ts'

/** What of a verdict says since when. */
export type ToldSince = Pick<Report, 'verdict' | 'headline' | 'features' | 'since'>

/** A result with what is known of when its changes began, by `titleOf` the feature, and its headline saying so. */
export function withSince<Result extends ToldSince>(
  result: Result,
  known: ReadonlyMap<string, Since>,
): Result {
  const features = result.features.map((feature) => ({
    ...feature,
    since: feature.state === 'drifted' ? (known.get(titleOf(feature)) ?? null) : null,
  }))
  const since = features.find((feature) => feature.since !== null)?.since ?? null
  const told = result.verdict === 'DRIFT' && since !== null
  return {
    ...result,
    features,
    since,
    headline: told ? `${result.headline}; ${sinceText(since)}` : result.headline,
  }
}
