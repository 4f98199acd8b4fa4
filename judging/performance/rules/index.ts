import type { PerformanceReport } from '../../../contracts/performance.ts'
import { calibration } from './calibration.ts'
import { errorStream } from './error-stream.ts'
import { estimate } from './estimate.ts'
import { gap } from './gap.ts'
import { labelGivenScore } from './label-given-score.ts'
import { loss } from './loss.ts'
import type { EstimateJudge, PerformanceJudge } from './rule.ts'

export type {
  EstimateJudge,
  JudgedGroup,
  JudgedSettings,
  PerformanceJudge,
  RuleInput,
} from './rule.ts'

/** Every rule that may open an incident of performance: one line each. */
export const performanceRules: readonly (PerformanceJudge | EstimateJudge)[] = [
  errorStream,
  loss,
  calibration,
  labelGivenScore,
  gap,
  estimate,
]

/** Those that judge such a task: the share of the budget is divided over them, whatever they judge by. */
export const rulesFor = (task: PerformanceReport['task']): (PerformanceJudge | EstimateJudge)[] =>
  performanceRules.filter(({ tasks }) => tasks.includes(task))
