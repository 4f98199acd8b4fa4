import type { FeatureReport } from '../contracts/report.ts'
import { sinceText } from '../contracts/since-text.ts'
import { percent } from './numbers.ts'

/** How much of the drift a feature stands for and since when: "64 % of the drift, since about ..."; may be empty. */
export function storyOf({ cause, since }: FeatureReport): string {
  const parts = [
    cause === null ? '' : `${percent(cause, 0)} of the drift`,
    since === null ? '' : sinceText(since),
  ]
  return parts.filter((part) => part !== '').join(', ')
}
