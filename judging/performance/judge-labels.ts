import type { MeasuredPart, PerformanceReport } from '../../contracts/performance.ts'
import type { PerformanceJudgement } from '../../contracts/performance-finding.ts'
import { judgePerformance } from '../../policies/performance.ts'
import { labelsBetweenAlarms, performanceLevel } from '../../policies/performance-budget.ts'
import { percent } from './digits.ts'
import type { GapRows } from './gap-rows.ts'
import type { LabelledGroup } from './labelled-rows.ts'
import { type JudgedGroup, type JudgedSettings, rulesFor } from './rules/index.ts'
import { pass, type Stream } from './stream.ts'
import { labelsNeeded } from './stream-setting.ts'
import { type Lesson, learned, lessonOf, type Usual } from './usual.ts'

export interface FinalWindow {
  readonly task: PerformanceReport['task']
  /** ISO 8601. */
  readonly start: string
  readonly end: string
  readonly groups: readonly LabelledGroup[]
  /** Of the groups, in their order. */
  readonly parts: readonly MeasuredPart[]
  /** What was estimated of the rows of a group; a string: why nothing was. */
  readonly gapOf: (group: LabelledGroup) => GapRows | string
}

/** What is stored of a version or a segment of it from final windows before this one. */
export interface KnownGroup {
  readonly usual: Usual | null
  /** In order of time, while nothing is frozen. */
  readonly lessons: readonly Lesson[]
  readonly stream: Stream | null
  /** A later window was judged already. */
  readonly overtaken: boolean
}

/** What a window leaves behind of a version or a segment of it; null: nothing new. */
export interface GroupState {
  readonly version: string
  readonly segment: string
  readonly lesson: Lesson | null
  readonly usual: Usual | null
  readonly stream: Stream | null
}

export interface JudgedFinal {
  readonly judgement: PerformanceJudgement
  /** Of the groups that learned something, or passed their stream. */
  readonly states: readonly GroupState[]
}

/**
 * The judgement of a final window by its labels: every rule of its task, each at its part of the budget, against what the
 * final windows before it left behind. Pure: the same rows and states give the same bytes.
 */
export function judgeByLabels(
  settings: JudgedSettings,
  window: FinalWindow,
  knownOf: (group: Pick<LabelledGroup, 'version' | 'segment'>) => KnownGroup,
): JudgedFinal {
  const { task, groups, parts, gapOf } = window
  const rules = rulesFor(task)
  const versions = new Set(groups.map(({ version }) => version)).size
  const states: GroupState[] = []
  const judged = groups.map((group, i): JudgedGroup => {
    const looked = groups.filter(({ version }) => version === group.version).length
    const { usual, passed, state } = held(settings, window, {
      ...{ group, looked, rules: rules.length, known: knownOf(group) },
    })
    if (state !== null) states.push(state)
    const level = performanceLevel(settings, { rules: rules.length, versions, parts: looked })
    return { group, part: parts[i] as MeasuredPart, gap: gapOf(group), level, usual, passed }
  })
  const findings = rules.flatMap((rule) =>
    rule.by === 'labels' ? rule.judge({ settings, groups: judged }) : [],
  )
  return { judgement: judgePerformance({ by: 'labels', findings }), states }
}

interface Held {
  readonly group: LabelledGroup
  /** All of the version and its segments. */
  readonly looked: number
  readonly rules: number
  readonly known: KnownGroup
}

type Against = Pick<JudgedGroup, 'usual' | 'passed'> & { readonly state: GroupState | null }

/** What a group is held against, and what it leaves behind. */
function held(settings: JudgedSettings, window: FinalWindow, asked: Held): Against {
  const { group, looked, rules, known } = asked
  const { version, segment, predictions, scores } = group
  const { labels } = settings
  const covered = scores.length >= labels.minimumCoverage * predictions && scores.length > 0
  const none = { version, segment, lesson: null, usual: null, stream: null }
  const few = `${percent(scores.length / Math.max(1, predictions))} of ${predictions} predictions have a label`
  const late = 'a later window has passed the stream of errors already'
  if (known.usual !== null) {
    const { usual, stream: before } = known
    // Labels of some predictions alone would say that errors changed.
    if (!covered) return { usual: few, passed: few, state: null }
    if (known.overtaken) return { usual, passed: late, state: null }
    const passed = pass(settings, { usual, before, rules }, group)
    return { usual, passed, state: { ...none, stream: passed.stream } }
  }
  const needed = (usual: Usual) => {
    const came = { labels: usual.ofAll, ms: usual.ms }
    const every = labelsBetweenAlarms(settings, { rules, parts: looked }, came)
    return labelsNeeded(settings, usual, every)
  }
  const takesPart = covered && !known.overtaken
  const ofAll = window.groups
    .filter((other) => other.segment === segment)
    .reduce((sum, other) => sum + other.scores.length, 0)
  const lesson = takesPart ? lessonOf(group, window, ofAll, labels) : null
  const lessons = lesson === null ? known.lessons : [...known.lessons, lesson]
  const found = learned(lessons, looked, labels, needed)
  const why = typeof found === 'string' ? found : 'what is usual is known from the next window on'
  const usual = typeof found === 'string' ? null : found
  return { usual: why, passed: why, state: lesson === null ? null : { ...none, lesson, usual } }
}
