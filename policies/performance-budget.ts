import type { ModelSettings } from '../contracts/config.ts'
import { type BudgetSettings, largestLevel } from './budget.ts'

export interface PerformanceBudget {
  readonly window: Pick<ModelSettings['window'], 'length'>
  readonly detection: { readonly budget: BudgetSettings }
}

/** Expected false alarms in the time of the budget that all rules of performance may take together. */
const shareOf = ({ detection: { budget } }: PerformanceBudget): number =>
  budget.falseAlarms * (budget.performance ?? 0)

/**
 * The chance of a false alarm that one rule may take in one window, of one version or segment of it: the share of the
 * budget, divided equally over the rules that may judge such a model, the versions of the window, what is looked at of
 * the version (all of it and its segments), and the windows of the time. None of these follows from the labels, so the
 * expected number is at most the share however rules and segments depend on each other.
 */
export function performanceLevel(
  settings: PerformanceBudget,
  { rules, versions, parts }: { rules: number; versions: number; parts: number },
): number {
  const windows = settings.detection.budget.per / settings.window.length
  return Math.min(largestLevel, shareOf(settings) / (rules * versions * parts * windows))
}

/**
 * Labels between two false alarms that a stream may have, where so many came of all versions in a time: an equal part
 * of the share, as `performanceLevel` has it. By the labels of all versions a stream alarms the less the fewer of them
 * its version gets, so that versions that share the traffic share the budget.
 */
export function labelsBetweenAlarms(
  settings: PerformanceBudget,
  { rules, parts }: { rules: number; parts: number },
  { labels, ms }: { labels: number; ms: number },
): number {
  const inBudgetTime = (labels / ms) * settings.detection.budget.per
  return inBudgetTime / (shareOf(settings) / (rules * parts))
}
