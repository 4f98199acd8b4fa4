import { type StreamState, streamingDetectors } from '../../detectors/streaming/index.ts'
import { labelsBetweenAlarms } from '../../policies/performance-budget.ts'
import type { CellSums } from '../../statistics/concept/fine-cells.ts'
import { fineCell } from '../../statistics/concept/fine-cells.ts'
import { normalQuantile } from '../../statistics/special.ts'
import { errorsOf } from './errors.ts'
import { type LabelledGroup, taskOf } from './labelled-rows.ts'
import type { JudgedSettings } from './rules/rule.ts'
import { detectorOf, streamSetting } from './stream-setting.ts'
import type { Usual } from './usual.ts'

/** The stream of errors of a version or a segment of it, after a window. Plain JSON. */
export interface Stream {
  readonly detector: string
  readonly definition: number
  /** Labels between two false alarms that it is set for. */
  readonly every: number
  /** What the detector knows; a sentence: it cannot be set so. */
  readonly state: StreamState | string
  /** Labels that passed. */
  readonly labels: number
  /** Since when errors lie above what is usual, by a sum of their own that began at 0 then. */
  readonly rise: Rise
}

interface Rise {
  readonly height: number
  /** Milliseconds since 1970; null: they do not. */
  readonly since: number | null
  readonly labels: number
  readonly errors: number
}

const flat: Rise = { height: 0, since: null, labels: 0, errors: 0 }

/** An alarm of the stream, and what its errors came to since they rose. */
export interface StreamAlarm {
  readonly at: number
  readonly since: number
  readonly labels: number
  /** Mean error since then. */
  readonly mean: number
}

/** What passing the rows of a window came to. */
export interface Passed {
  readonly stream: Stream
  readonly alarms: readonly StreamAlarm[]
  /** Of the window. */
  readonly mean: number
}

/**
 * The rows of a window pass the stream in the order of event time, of equal times of prediction id (that of the group):
 * from the state after the window before, or from the start where the setting has changed.
 */
export function pass(
  settings: JudgedSettings,
  { usual, before, rules }: { usual: Usual; before: Stream | null; rules: number },
  group: LabelledGroup,
): Passed {
  const errors = errorsOf(group, settings.labels)
  const mean = errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length)
  const every = labelsBetweenAlarms(
    settings,
    { rules, parts: usual.parts },
    { labels: usual.ofAll, ms: usual.ms },
  )
  const stream = started(settings, usual, every, before)
  const detector = streamingDetectors[stream.detector as keyof typeof streamingDetectors]
  if (typeof stream.state === 'string') return { stream, alarms: [], mean }
  const scoreOf = taskOf(settings.labels) === 'regression' ? normalScores(usual.cells) : same
  const [usualScore, slack] =
    taskOf(settings.labels) === 'regression' ? [0, 0.25] : [usual.errors.mean, slackOf(usual)]
  // A state that is read again is not the one that was handed over.
  let state = structuredClone(stream.state)
  let rise = stream.rise
  const alarms: StreamAlarm[] = []
  for (const row of inOrder(group.times)) {
    const [error, at] = [errors[row] as number, group.times[row] as number]
    const score = scoreOf(error)
    rise = risen(rise, score - usualScore - slack, error, at)
    state = detector.step(state, score)
    if (state.level !== 'drift') continue
    const { since, labels, errors: sum } = rise
    alarms.push({
      at,
      since: since ?? at,
      labels: Math.max(1, labels),
      mean: since === null ? error : sum / labels,
    })
  }
  const labels = stream.labels + errors.length
  return { stream: { ...stream, state, labels, rise }, alarms, mean }
}

function started(
  settings: JudgedSettings,
  usual: Usual,
  every: number,
  before: Stream | null,
): Stream {
  const detector = detectorOf(settings.labels)
  const name = settings.labels.performance.detector
  const definition = detector?.definition ?? 0
  const isSame =
    before?.detector === name && before.definition === definition && before.every === every
  if (isSame) return before
  const options = streamSetting(settings, usual, every)
  const begun = { detector: name, definition, every, labels: 0, rise: flat }
  if (typeof options === 'string' || detector === undefined) {
    return { ...begun, state: typeof options === 'string' ? options : 'it is not there' }
  }
  return { ...begun, state: detector.start(options) }
}

/** Rows by event time; the sort is stable, so that equal times keep the order of the ids. */
const inOrder = (times: readonly number[]): number[] =>
  times
    .map((_, row) => row)
    .sort((left, right) => (times[left] as number) - (times[right] as number))

/** Half of what makes the odds of an error half as large again: a rise that would be found counts from its beginning. */
const slackOf = ({ errors: { mean } }: Usual): number => {
  const odds = (1.5 * mean) / (1 - mean)
  return (odds / (1 + odds) - mean) / 2
}

function risen(
  { height, since, labels, errors }: Rise,
  step: number,
  error: number,
  at: number,
): Rise {
  const next = height + step
  if (next <= 0) return flat
  return { height: next, since: since ?? at, labels: labels + 1, errors: errors + error }
}

const same = (error: number): number => error

/** Normal scores of absolute errors among those that are usual: what their law is does not matter then. */
function normalScores(cells: readonly CellSums[]): (error: number) => number {
  const all = cells.reduce((sum, [, rows]) => sum + rows, 0)
  const places = new Map<number, number>()
  const edges: [cell: number, below: number][] = []
  let below = 0
  for (const [cell, rows] of cells) {
    places.set(cell, (below + rows / 2) / all)
    edges.push([cell, below / all])
    below += rows
  }
  const known = new Map<number, number>()
  const scoreOf = (cell: number): number => {
    const share = places.get(cell) ?? edges.find(([edge]) => edge > cell)?.[1] ?? 1
    const least = 0.5 / all
    return normalQuantile(Math.min(1 - least, Math.max(least, share)))
  }
  return (error) => {
    const cell = fineCell(error)
    const score = known.get(cell) ?? scoreOf(cell)
    known.set(cell, score)
    return score
  }
}
