import type { RetrainInput } from '../../contracts/messages.ts'
import type { LabelledRow } from '../../contracts/performance.ts'
import { FinalWindows } from '../../judging/performance/final-windows.ts'
import {
  type ReplayedEnd,
  ReplayedLife,
  type ReplayedRetraining,
} from '../../judging/replay-life.ts'
import { contest } from './contest.ts'
import { type DataSet, rowAt } from './data-set.ts'
import { InputWindows } from './input-windows.ts'
import { fitVersion, Served, type Version } from './served.ts'
import { settingsOf } from './settings.ts'
import { splitByTime } from './split.ts'

export interface PolicyTraining extends ReplayedRetraining {
  /** What came of it. */
  readonly outcome: string
  /** The version that serves since then; null: the champion stayed. */
  readonly released: string | null
}

export interface PolicyLife {
  readonly served: Served
  readonly trainings: readonly PolicyTraining[]
  /** Incidents by kind. */
  readonly incidents: readonly { readonly kind: string; readonly openedAt: string }[]
  readonly notRetrained: readonly { readonly at: string; readonly reason: string }[]
}

/**
 * A model under the policy: every window is judged by its inputs at its end and by its labels once they are there, the
 * steward is told, and what it decides on is trained, compared and released at once. The reducers are the product's own.
 */
export async function policyLife(
  set: DataSet,
  first: Version,
  { seed, text }: { readonly seed: number; readonly text?: string },
): Promise<PolicyLife> {
  const settings = settingsOf(set, text)
  const { labels, retraining } = settings
  const served = new Served(set, first)
  const finals = new FinalWindows(settings)
  const inputs = new InputWindows(set, settings)
  const trainings: PolicyTraining[] = []
  let versions = 1
  let ended: Omit<PolicyTraining, keyof ReplayedRetraining> = { outcome: '', released: null }

  const labelled = (nowMs: number) => rowAt(set, nowMs - labels.delay)
  const life: ReplayedLife = new ReplayedLife(set.name, retraining, {
    knowsGain: true,
    labels: (from, nowMs) =>
      Math.max(0, labelled(nowMs) - Math.max(set.first, rowAt(set, Date.parse(from)))),
    train: (run, nowMs) => {
      const end = train(run, nowMs)
      ended = { outcome: end.reason, released: end.candidateVersion }
      return end
    },
  })

  function train({ from }: RetrainInput, nowMs: number): ReplayedEnd {
    const since = Date.parse(from) - retraining.before
    const rows = { from: rowAt(set, since), to: labelled(nowMs) }
    const split = splitByTime(set, rows, retraining.holdout)
    if (typeof split === 'string')
      return { outcome: 'failed', candidateVersion: null, reason: split }
    const candidate = fitVersion(set, String(++versions), split.learned)
    const { of, version, comparison } = contest(set, settings, {
      ...{ served, candidate, rows: split.heldOut, seed },
    })
    const { passes, reason, result } = comparison
    // The person at this gate says yes to what is better by itself, and to nothing else.
    if (passes !== 'yes')
      return { outcome: 'not-better', candidateVersion: null, reason, compared: result }
    served.release(of, nowMs)
    return { outcome: 'candidate', candidateVersion: version, reason, compared: result }
  }

  for (const { kind, startMs, endMs, atMs } of eventsOf(set, settings)) {
    served.answerUntil(endMs)
    const span = { start: iso(startMs), end: iso(endMs) }
    const named = { model: set.name, window: span, evidenceDigest: '' }
    const [from, to] = [Math.max(set.first, rowAt(set, startMs)), rowAt(set, endMs)]
    const tell = (event: Parameters<ReplayedLife['tell']>[0]) => {
      for (const started of life.tell(event, atMs)) trainings.push({ ...started, ...ended })
    }
    if (kind === 'verdict') {
      const message = await inputs.judge(span, { from, to }, served, life.driftOpenSinceMs)
      tell({ kind, message })
    } else {
      const rows = Array.from({ length: to - from }, (_, i) => labelledRow(set, served, from + i))
      const { verdict, headline } = finals.judge(span, rows)
      const eventId = `performance/${set.name}/labels/${span.start}`
      tell({ kind, message: { ...named, eventId, by: 'labels', verdict, headline } })
    }
  }
  served.answerUntil(Number.POSITIVE_INFINITY)
  const { incidents, notRetrained } = life
  return { served, trainings, incidents, notRetrained }
}

const labelledRow = (set: DataSet, { answers, by }: Served, row: number): LabelledRow => ({
  at: set.times[row] as number,
  version: by[row] as string,
  score: answers[row] as number,
  ...{ prediction: null, segments: null, said: true, class: null },
  value: set.labels[row] as number,
})

/** Every whole window after the first rows: its verdict at its end, what its labels say once they are there. */
function eventsOf(
  set: DataSet,
  { window: { length, anchor, lateness }, labels }: ReturnType<typeof settingsOf>,
) {
  const [firstMs, lastMs] = [set.times[set.first] as number, set.times.at(-1) as number]
  const origin = Date.parse(anchor)
  const events = []
  let startMs = origin + Math.floor((firstMs - origin) / length) * length
  for (; startMs + length <= lastMs; startMs += length) {
    const window = { startMs, endMs: startMs + length }
    events.push({ ...window, kind: 'verdict' as const, atMs: window.endMs + lateness })
    events.push({
      ...window,
      kind: 'performance' as const,
      atMs: window.endMs + lateness + labels.delay,
    })
  }
  return events.sort((left, right) => left.atMs - right.atMs)
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString()
