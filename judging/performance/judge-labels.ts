import type { MeasuredPart, PerformanceReport } from '../../contracts/performance.ts'
import type { PerformanceJudgement } from '../../contracts/performance-finding.ts'
import { judgePerformance } from '../../policies/performance.ts'
import { performanceLevel } from '../../policies/performance-budget.ts'
import type { GapRows } from './gap-rows.ts'
import type { LabelledGroup } from './labelled-rows.ts'
import { type JudgedGroup, type JudgedSettings, rulesFor } from './rules/index.ts'

export interface FinalWindow {
  readonly task: PerformanceReport['task']
  readonly groups: readonly LabelledGroup[]
  /** Of the groups, in their order. */
  readonly parts: readonly MeasuredPart[]
  /** What was estimated of the rows of a group; a string: why nothing was. */
  readonly gapOf: (group: LabelledGroup) => GapRows | string
}

/** The judgement of a final window by its labels: every rule of its task, each at its part of the budget. */
export function judgeByLabels(
  settings: JudgedSettings,
  { task, groups, parts, gapOf }: FinalWindow,
): PerformanceJudgement {
  const rules = rulesFor(task)
  const versions = new Set(groups.map(({ version }) => version)).size
  const partsOf = (version: string) => groups.filter((group) => group.version === version).length
  const judged = groups.map(
    (group, i): JudgedGroup => ({
      group,
      part: parts[i] as MeasuredPart,
      gap: gapOf(group),
      level: performanceLevel(settings, {
        ...{ rules: rules.length, versions, parts: partsOf(group.version) },
      }),
    }),
  )
  const findings = rules.flatMap((rule) =>
    rule.by === 'labels' ? rule.judge({ settings, groups: judged }) : [],
  )
  return judgePerformance({ by: 'labels', findings })
}
