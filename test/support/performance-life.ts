import { type ModelSettings, modelSettings } from '../../contracts/config.ts'
import type { LabelledRow, MeasuredPart } from '../../contracts/performance.ts'
import {
  type GroupState,
  judgeByLabels,
  type KnownGroup,
} from '../../judging/performance/judge-labels.ts'
import { LabelledRows } from '../../judging/performance/labelled-rows.ts'
import { lossOf } from '../../judging/performance/losses.ts'
import type { JudgedSettings } from '../../judging/performance/rules/index.ts'
import { againstEarlier } from '../../statistics/against-earlier.ts'

export const hourMs = 3_600_000
export const lifeStart = Date.parse('2026-03-01T00:00:00Z')

/** Settings of a model with labels and windows of an hour, so many false alarms of performance in 30 days. */
export function performanceLifeSettings(falseAlarms: number, labels: object = {}): JudgedSettings {
  const shape = modelSettings.shape
  return {
    window: shape.window.parse({ length: '1h', bucket: '1h', anchor: '2026-03-01T00:00:00Z' }),
    detection: shape.detection.parse({
      budget: { falseAlarms: falseAlarms * 2, per: '30d', performance: 0.5 },
    }),
    labels: shape.labels.unwrap().parse({ topic: 't', ...labels }) as NonNullable<
      ModelSettings['labels']
    >,
  }
}

export const row = (given: Partial<LabelledRow>): LabelledRow => ({
  ...{ at: 0, version: '1', score: null, prediction: null, segments: null },
  ...{ said: true, value: null, class: null },
  ...given,
})

interface Known {
  usual: KnownGroup['usual']
  lessons: KnownGroup['lessons'][number][]
  stream: KnownGroup['stream']
}

/**
 * The final windows of one model, judged one after another as the activity does, without metrics: states go through
 * JSON between two of them, as they do through PostgreSQL.
 */
export function performanceLife(settings: JudgedSettings) {
  const known = new Map<string, Known>()
  const losses = new Map<string, { mean: number; variance: number; rows: number; p: number }[]>()
  const key = ({ version, segment }: { version: string; segment: string }) =>
    `${version} ${segment}`
  return {
    known,
    judge(index: number, rows: readonly LabelledRow[], { overtaken = false } = {}) {
      const all = new LabelledRows(settings.labels)
      for (const each of rows) all.add(each)
      const groups = all.groups()
      const parts = groups.map((group): MeasuredPart => {
        const { version, segment, predictions, scores } = group
        const isEnough = scores.length >= settings.labels.minimumLabels
        const loss = isEnough ? lossOf(group, settings.labels) : null
        const before = (losses.get(key(group)) ?? []).filter(({ p }) => p > 0.001)
        const change =
          loss === null ? null : againstEarlier(before, { ...loss, rows: scores.length })
        if (loss !== null) {
          const one = {
            mean: loss.mean,
            variance: loss.variance,
            rows: scores.length,
            p: change?.p ?? 1,
          }
          losses.set(key(group), [...(losses.get(key(group)) ?? []), one])
        }
        return {
          ...{ version, segment, predictions, labelled: scores.length, metrics: [], loss, change },
          state: isEnough ? 'MEASURED' : 'INSUFFICIENT_LABELS',
        }
      })
      const at = (i: number) => new Date(lifeStart + i * hourMs).toISOString()
      const { judgement, states } = judgeByLabels(
        settings,
        {
          ...{ task: all.task, start: at(index), end: at(index + 1), groups, parts },
          gapOf: () => 'nothing was estimated',
        },
        (group) => {
          const found = known.get(key(group)) ?? { usual: null, lessons: [], stream: null }
          return { ...found, overtaken }
        },
      )
      for (const state of JSON.parse(JSON.stringify(states)) as GroupState[]) {
        const before = known.get(key(state)) ?? { usual: null, lessons: [], stream: null }
        known.set(key(state), {
          usual: before.usual ?? state.usual,
          lessons: state.lesson === null ? before.lessons : [...before.lessons, state.lesson],
          stream: state.stream ?? before.stream,
        })
      }
      return judgement
    },
  }
}
