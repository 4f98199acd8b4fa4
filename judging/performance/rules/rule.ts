import type { ModelSettings } from '../../../contracts/config.ts'
import type { EstimatedPart } from '../../../contracts/estimate.ts'
import type { LabelSettings } from '../../../contracts/label-settings.ts'
import type { MeasuredPart, PerformanceReport } from '../../../contracts/performance.ts'
import type {
  PerformanceFinding,
  PerformanceJudgement,
  PerformanceRule,
} from '../../../contracts/performance-finding.ts'
import type { GapRows } from '../gap-rows.ts'
import type { LabelledGroup } from '../labelled-rows.ts'
import type { Passed } from '../stream.ts'
import type { Usual } from '../usual.ts'

/** Of a model with labels. */
export type JudgedSettings = Pick<ModelSettings, 'window' | 'detection'> & {
  readonly labels: LabelSettings
}

/** One version of a window, in all its predictions or in a segment of them. */
export interface JudgedGroup {
  /** Its rows with a label. */
  readonly group: LabelledGroup
  /** What was measured of them. */
  readonly part: MeasuredPart
  /** What was estimated of these rows; a string: why nothing was. */
  readonly gap: GapRows | string
  /** Chance of a false alarm that a rule may take of it in this window. */
  readonly level: number
  /** What was frozen as usual before this window; a sentence: why nothing is held against it. */
  readonly usual: Usual | string
  /** How its rows passed the stream of errors; a sentence: why they did not. */
  readonly passed: Passed | string
}

/** Everything that a rule may judge by. */
export interface RuleInput {
  readonly settings: JudgedSettings
  readonly groups: readonly JudgedGroup[]
}

/** A way to see that a model does worse: one file here, one line in `index.ts`. */
interface Rule {
  readonly rule: PerformanceRule
  readonly by: PerformanceJudgement['by']
  /** For which tasks: the share of the budget is divided over the rules of a task. */
  readonly tasks: readonly PerformanceReport['task'][]
}

/** By the labels of a final window. Pure. */
export interface PerformanceJudge extends Rule {
  readonly by: 'labels'
  /** One finding for each group that it looks at. */
  judge(input: RuleInput): PerformanceFinding[]
}

/** Before the labels of a window. Pure. */
export interface EstimateJudge extends Rule {
  readonly by: 'estimate'
  /** What it says of one version, or of a segment of it, at a chance of a false alarm. */
  judge(part: EstimatedPart, level: number, settings: JudgedSettings): PerformanceFinding
}

/** What is alike in all findings of rules that hold a window against what is usual. */
export const againstUsual = (
  rule: PerformanceRule,
  groups: readonly JudgedGroup[],
  judge: (judged: JudgedGroup, usual: Usual) => PerformanceFinding | string,
): PerformanceFinding[] =>
  groups.map((judged) => {
    const found = typeof judged.usual === 'string' ? judged.usual : judge(judged, judged.usual)
    return typeof found === 'string' ? unavailable(rule, judged, found) : found
  })

type Told = Pick<PerformanceFinding, 'version' | 'segment' | 'n' | 'level'>

/** What a finding says of whatever rule: where, and by how many rows. */
export const about = ({ group, level }: JudgedGroup): Told => ({
  ...{ version: group.version, segment: group.segment, n: group.scores.length, level },
})

export const nothing = {
  ...{ p: null, effect: null, effectInterval: null, metric: null, minimumEffect: null },
  since: null,
} as const

/** That a rule cannot say anything, and why. */
export const unavailable = (
  rule: PerformanceRule,
  judged: JudgedGroup,
  sentence: string,
): PerformanceFinding => ({
  ...about(judged),
  ...nothing,
  ...{ rule, level: null, state: 'unavailable', sentence },
})
