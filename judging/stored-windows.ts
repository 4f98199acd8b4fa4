import type { BacktestReason } from '../contracts/backtest.ts'
import type { BacktestSource, BacktestStoredWindow } from '../contracts/backtest-source.ts'
import type { Binning } from '../contracts/binning.ts'
import { binningProblem } from '../contracts/binning-fit.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { readingDefinition } from '../contracts/reading.ts'
import type { Window } from '../contracts/report.ts'
import { windowsWithin } from '../policies/window.ts'
import { readingId } from '../profiles/index.ts'
import type { RecordedVerdict } from './backtest.ts'
import { isTrainingAlone, settingsDigest } from './compared.ts'
import type { Cutoff } from './lies-below.ts'
import type { WindowFacts } from './replay.ts'
import type { StoredReferences } from './stored-references.ts'

/** A window of a configuration and where its rows are. */
export interface StoredWindow {
  readonly reading: string
  readonly facts: WindowFacts
  readonly recorded?: RecordedVerdict
  /** Why it may not be what its scan found, as far as its plan tells. */
  readonly reasons: readonly BacktestReason[]
}

/** A window that was asked for and is not replayed. */
export interface LeftOut {
  readonly window: Window
  readonly reason: BacktestReason
}

export interface StoredInput {
  readonly model: string
  readonly settings: ModelSettings
  readonly source: BacktestSource
  readonly references: StoredReferences
  /** In order of time, as planned; one that ends after `toMs` may be there. */
  readonly planned: readonly BacktestStoredWindow[]
  readonly fromMs: number
  readonly toMs: number
}

/** Why no stored reading is that of a configuration; null: one is. */
export function misfit({ model, settings, source }: StoredInput): string | null {
  const reasons = source.readings.map((reading) => misfitOf(reading, model, settings, source))
  if (reasons.includes(null)) return null
  return reasons[0] ?? 'nothing was read of it yet'
}

function misfitOf(
  { id, definition, binning }: BacktestSource['readings'][number],
  model: string,
  settings: ModelSettings,
  { binnings }: BacktestSource,
): string | null {
  const wanted = readingDefinition(model, settings, binning)
  const problem = binningProblem(model, settings, binnings[binning] as Binning)
  if (problem !== null) return `${problem} (the binning that rows were counted by)`
  if (readingId(wanted) === id) return null
  const [stored, asked] = [definition, wanted].map(
    (one) => Object.entries(one) as [string, unknown][],
  ) as [[string, unknown][], [string, unknown][]]
  const names = new Set([...stored, ...asked].map(([name]) => name))
  const text = (entries: [string, unknown][], name: string) =>
    JSON.stringify(entries.find(([each]) => each === name)?.[1])
  const differs = [...names].filter((name) => text(stored, name) !== text(asked, name))
  return `${differs.join(', ')} differ from how it was read`
}

/** The windows of a configuration in a span of time, each as its scan would have found it. */
export function storedWindows(input: StoredInput): { windows: StoredWindow[]; left: LeftOut[] } {
  const { model, settings, source, planned, fromMs, toMs } = input
  const { length } = settings.window
  const fitting = source.readings.filter(
    (reading) => misfitOf(reading, model, settings, source) === null,
  )
  const left: LeftOut[] = []
  const windows: StoredWindow[] = []
  const byStart = new Map(planned.map((each) => [Date.parse(each.window.start), each]))
  const ends = planned.map(({ window }) => Date.parse(window.end))
  let after = 0
  for (const window of windowsWithin(settings.window, fromMs, toMs)) {
    const [at, end] = [Date.parse(window.start), Date.parse(window.end)]
    const own = byStart.get(at)
    const same = own !== undefined && Date.parse(own.window.end) === end
    // A window of another length is as the first scan after its end would have found it.
    while (after < ends.length && (ends[after] as number) < end) after++
    const plan = same ? own : planned[after]
    if (plan !== undefined && plan.notKeptSince !== null) {
      left.push({ window, reason: 'NOT_KEPT' })
      continue
    }
    const binning = same ? plan?.verdict?.binning : undefined
    const found = plan && cutoffOf(plan, fitting, binning)
    // One that was taken before the window was backfilled says nothing of it.
    const isBefore = found?.since !== undefined && Date.parse(found.since) > at
    const cutoff = isBefore ? undefined : found
    const reading = cutoff?.reading ?? fitting.find((each) => holds(each, at, length))?.id
    if (reading === undefined) {
      left.push({ window, reason: 'NOT_READ' })
      continue
    }
    windows.push(windowOf(input, window, { plan, same, reading, cutoff }))
  }
  return { windows, left }
}

const holds = ({ buckets }: BacktestSource['readings'][number], at: number, length: number) =>
  buckets !== null && Date.parse(buckets.first) < at + length && Date.parse(buckets.last) >= at

interface Found {
  readonly plan: BacktestStoredWindow | undefined
  /** The plan is of this very window. */
  readonly same: boolean
  readonly reading: string
  readonly cutoff:
    | { readonly reading: string; readonly below: Cutoff; readonly since?: string }
    | undefined
}

function windowOf(
  input: StoredInput,
  window: Window,
  { plan, same, reading, cutoff }: Found,
): StoredWindow {
  const { settings, source, references } = input
  const { length } = settings.window
  const at = Date.parse(window.start)
  const verdict = plan?.verdict ?? null
  const digest = source.readings.find(({ id }) => id === reading)?.binning as string
  const asOf = plan === undefined ? null : Date.parse(verdict?.judgedAt ?? plan.plannedAt)
  const isOwn = same && cutoff !== undefined && verdict !== null && verdict.binning === digest
  const alike = isOwn && verdict.settings === settingsDigest(settings)
  const share = plan === undefined || verdict === null ? 0 : shareOf(plan.window, length)
  const { bad = 0, lost = 0, unmatched } = verdict?.rows ?? {}
  return {
    reading,
    reasons: [
      ...(cutoff === undefined ? (['NO_CUT'] as const) : []),
      ...(same && plan?.erasedSince ? (['ROWS_ERASED'] as const) : []),
    ],
    facts: {
      ...{ window, reading },
      ...(cutoff && { below: cutoff.below }),
      ...(cutoff?.since !== undefined && { readSince: cutoff.since }),
      counts: {
        ...{ bad: Math.round(bad * share), lost: Math.round(lost * share) },
        ...(same && unmatched && { unmatched }),
      },
      referenceOf: (version) => references.inForce(digest, version, { at, asOf }),
      driftOpenSinceMs: asOf === null ? null : openedBefore(input, asOf),
    },
    ...(same &&
      verdict && {
        recorded: { verdict: verdict.verdict, core: alike ? verdict.core : null },
      }),
  }
}

/** What a plan lets a window hold, in the reading of its own or beside it that fits and that its verdict was of. */
function cutoffOf(
  { reading, cut, repairs, began, beside }: BacktestStoredWindow,
  fitting: BacktestSource['readings'],
  binning: string | undefined,
): Found['cutoff'] {
  const fits = (id: string) =>
    fitting.some((each) => each.id === id && (binning === undefined || each.binning === binning))
  const of = (id: string, to: number, from: typeof began | undefined): Found['cutoff'] => ({
    reading: id,
    below: {
      ...{ cut: offsetsOf(cut), repairs: to },
      ...(from && {
        began: { windowsFromMs: Date.parse(from.windowsFrom), offsets: offsetsOf(from.offsets) },
      }),
    },
    ...(from && { since: from.windowsFrom }),
  })
  if (fits(reading)) return of(reading, repairs, began)
  if (beside !== null && fits(beside.reading)) {
    return of(beside.reading, beside.repairs, beside.began)
  }
  return undefined
}

const offsetsOf = (offsets: Readonly<Record<string, string>>): Map<number, bigint> =>
  new Map(Object.entries(offsets).map(([partition, at]) => [Number(partition), BigInt(at)]))

/** Of a longer window that was scanned, the part that one of `length` has; at most all of it. */
const shareOf = ({ start, end }: Window, length: number): number =>
  Math.min(1, length / (Date.parse(end) - Date.parse(start)))

/** A drift incident that was open then and began before what is replayed: its own incidents a backtest knows itself. */
function openedBefore({ source, fromMs }: StoredInput, asOf: number): number | null {
  const open = source.incidents.find(
    ({ kind, openedAt, resolvedAt, firstWindow }) =>
      kind === 'DRIFT' &&
      Date.parse(firstWindow.start) < fromMs &&
      Date.parse(openedAt) <= asOf &&
      (resolvedAt === null || Date.parse(resolvedAt) > asOf),
  )
  return open === undefined ? null : Date.parse(open.firstWindow.start)
}

/** What windows are held against, in words. */
export const heldAgainst = ({ references }: Pick<ModelSettings, 'references'>): string =>
  isTrainingAlone({ references })
    ? 'the training data of each version'
    : Object.entries(references)
        .map(([name, { kind }]) => (name === kind ? name : `${name} (${kind})`))
        .join(', ')
