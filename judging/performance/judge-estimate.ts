import type { EstimatedPart } from '../../contracts/estimate.ts'
import type { PerformanceReport } from '../../contracts/performance.ts'
import type { PerformanceJudgement } from '../../contracts/performance-finding.ts'
import { judgePerformance } from '../../policies/performance.ts'
import { performanceLevel } from '../../policies/performance-budget.ts'
import { type JudgedSettings, rulesFor } from './rules/index.ts'

/** The judgement of a window before its labels: every rule that judges by estimates, at its part of the budget. */
export function judgeByEstimate(
  settings: JudgedSettings,
  task: PerformanceReport['task'],
  parts: readonly EstimatedPart[],
): PerformanceJudgement {
  const rules = rulesFor(task)
  const versions = new Set(parts.map(({ version }) => version)).size
  const partsOf = (version: string) => parts.filter((part) => part.version === version).length
  const findings = rules.flatMap((rule) =>
    rule.by === 'estimate'
      ? parts.map((part) => {
          const of = { rules: rules.length, versions, parts: partsOf(part.version) }
          return rule.judge(part, performanceLevel(settings, of), settings)
        })
      : [],
  )
  const judgement = judgePerformance({ by: 'estimate', findings })
  // While labels are learned from nothing is estimated: that is no lack of data.
  const isLearning = parts.some(({ state }) => state === 'NO_LABELS_YET' || state === 'REFERENCE')
  return judgement.verdict === 'INSUFFICIENT_DATA' && isLearning
    ? { ...judgement, verdict: 'INSUFFICIENT_LABELS' }
    : judgement
}
