import type { FeatureReport } from '../contracts/report.ts'
import { sinceText } from '../contracts/since-text.ts'
import { percent, short } from './numbers.ts'

/** How much of the drift a feature stands for, where it is not alone, and since when: "64 % of the drift, since about ..."; may be empty. */
export function storyOf({ cause, since }: FeatureReport): string {
  const parts = [
    cause === null || cause === 1 ? '' : `${percent(cause, 0)} of the drift`,
    since === null ? '' : sinceText(since),
  ]
  return parts.filter((part) => part !== '').join(', ')
}

/** What could have stayed unseen; empty where that is unknown. */
export const powerOf = ({ detectable }: FeatureReport): string =>
  detectable === null
    ? ''
    : `an effect of ${short(detectable)} raises an alarm in four windows of five, a smaller one less often`
