import type { LabelledRow, MeasuredLoss, MeasuredPart } from '../../contracts/performance.ts'
import type { PerformanceJudgement } from '../../contracts/performance-finding.ts'
import type { Window } from '../../contracts/report.ts'
import { againstEarlier, type WindowMean } from '../../statistics/against-earlier.ts'
import { judgeByLabels, type KnownGroup } from './judge-labels.ts'
import { type LabelledGroup, LabelledRows } from './labelled-rows.ts'
import { lossOf } from './losses.ts'
import type { JudgedSettings } from './rules/index.ts'

/** So far back windows are held against earlier ones: eight weeks. */
export const lossReachMs = 56 * 86_400_000
/** A window that so surely differs from earlier ones is none to hold later ones against. */
export const surelyOther = 0.001

interface KnownLoss extends WindowMean {
  readonly name: MeasuredLoss['name']
  readonly startMs: number
  readonly endMs: number
  readonly p: number
}

/**
 * Final windows of one model, judged by their labels one after the other, in order of time, by the rules of the product;
 * what a window leaves behind is kept here instead of in PostgreSQL. Nothing is estimated before labels, so the rule of
 * the gap says nothing; metrics that only describe are left out. Pure and deterministic.
 */
export class FinalWindows {
  readonly #settings: JudgedSettings
  readonly #known = new Map<string, KnownGroup>()
  readonly #losses = new Map<string, KnownLoss[]>()

  constructor(settings: JudgedSettings) {
    this.#settings = settings
  }

  /** `rows`: every prediction of the window, with the label that came for it. */
  judge({ start, end }: Window, rows: readonly LabelledRow[]): PerformanceJudgement {
    const { labels } = this.#settings
    const all = new LabelledRows(labels)
    for (const row of rows) all.add(row)
    const groups = all.groups()
    const parts = groups.map((group) => this.#measured(group, Date.parse(start), Date.parse(end)))
    const { judgement, states } = judgeByLabels(
      this.#settings,
      { task: all.task, start, end, groups, parts, gapOf: () => 'nothing was estimated' },
      (group) => this.#known.get(keyOf(group)) ?? unknown,
    )
    for (const state of states) {
      const { usual, lessons, stream, overtaken } = this.#known.get(keyOf(state)) ?? unknown
      this.#known.set(keyOf(state), {
        usual: usual ?? state.usual,
        lessons: state.lesson === null ? lessons : [...lessons, state.lesson],
        stream: state.stream ?? stream,
        overtaken,
      })
    }
    return judgement
  }

  #measured(group: LabelledGroup, startMs: number, endMs: number): MeasuredPart {
    const { minimumLabels, minimumCoverage } = this.#settings.labels
    const { version, segment, predictions, scores } = group
    const labelled = scores.length
    const own = { version, segment, predictions, labelled, metrics: [] }
    if (labelled < minimumLabels || labelled < minimumCoverage * predictions) {
      return { ...own, state: 'INSUFFICIENT_LABELS', loss: null, change: null }
    }
    const loss = lossOf(group, this.#settings.labels)
    const known = this.#losses.get(keyOf(group)) ?? []
    const earlier = known.filter(
      (each) =>
        each.name === loss.name &&
        each.startMs >= startMs - lossReachMs &&
        each.endMs <= startMs &&
        each.p > surelyOther,
    )
    const change = againstEarlier(earlier, { ...loss, rows: labelled })
    const kept = { ...loss, rows: labelled, startMs, endMs, p: change?.p ?? 1 }
    this.#losses.set(keyOf(group), [...known, kept])
    return { ...own, state: 'MEASURED', loss, change }
  }
}

const unknown: KnownGroup = { usual: null, lessons: [], stream: null, overtaken: false }

/** Neither holds a NUL. */
const keyOf = ({ version, segment }: { version: string; segment: string }) =>
  `${version}\0${segment}`
