import type { PerformanceReport } from '../../../contracts/performance.ts'
import { loss } from './loss.ts'
import type { PerformanceJudge } from './rule.ts'

export type { JudgedGroup, JudgedSettings, PerformanceJudge, RuleInput } from './rule.ts'

/** Every rule that may open an incident of performance: one line each. */
export const performanceRules: readonly PerformanceJudge[] = [loss]

/** Those that judge such a task: the share of the budget is divided over them, whatever they judge by. */
export const rulesFor = (task: PerformanceReport['task']): PerformanceJudge[] =>
  performanceRules.filter(({ tasks }) => tasks.includes(task))
