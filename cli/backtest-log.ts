import { basename, resolve } from 'node:path'
import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReplayPart } from '../judging/kept-parts.ts'
import type { WindowFacts } from '../judging/replay.ts'
import type { ReplayReference } from '../judging/replay-reference.ts'
import { windowStartOf } from '../policies/window.ts'
import { profileDigest } from '../profiles/index.ts'
import { count } from '../reports/numbers.ts'
import { PartsOfRows } from './backtest-parts.ts'
import type { CommandContext } from './command.ts'
import type { FileSchemas } from './file-schemas.ts'
import type { ProgressLine } from './progress.ts'
import { buildReference, type ReferenceFile } from './reference-file.ts'
import { configuredColumns, type ReferenceRow, readReferenceRows } from './reference-rows.ts'
import { UnmatchedOfFile } from './unmatched-of-file.ts'

export interface LogInput {
  readonly model: string
  readonly settings: ModelSettings
  /** The file of the log. */
  readonly log: string
  /** A file of rows, or how many windows of the log come first as the reference. */
  readonly reference: { readonly file: string } | { readonly windows: number }
  /** Milliseconds since 1970; NaN: from the first row, or up to the last one. */
  readonly fromMs: number
  readonly toMs: number
  readonly progress: ProgressLine
  /** Absent: its records name none. */
  readonly schemas?: FileSchemas | undefined
}

/** A log file, summed up as a scan would have done it. */
export interface LogWindows {
  readonly reference: string
  readonly parts: readonly ReplayPart[]
  readonly windows: readonly WindowFacts[]
  /** Rows at the end that fill no whole window. */
  readonly leftOver: number
}

/** A window counts as whole when its rows reach so far into it. */
const wholeShare = 0.98

/**
 * Reads a log file: the binning and the reference from rows of a file or of its first windows, then every row into its
 * bucket. Errors: those of `readReferenceRows`, and BACKTEST_NO_WINDOWS.
 */
export async function readLog(context: CommandContext, input: LogInput): Promise<LogWindows> {
  const { model, settings, progress, schemas } = input
  const { window } = settings
  const path = resolve(context.folder, input.log)
  const name = basename(path)
  const [fromMs, lastMs] = await extentOf(path, input)
  const startMs = windowStartOf(window, fromMs)
  const counted = 'windows' in input.reference ? input.reference.windows : 0
  const firstMs = startMs + counted * window.length
  const isFirst = ({ timeMs }: ReferenceRow) => timeMs >= startMs && timeMs < firstMs
  const ours = (row: ReferenceRow) => row.model === '' || row.model === model
  const file: ReferenceFile = {
    ...{ model, settings, columns: {}, binning: null, signal: context.signal, version: '1' },
    schemas,
    onRows: (pass, rows) => progress.say(`reference, ${pass}: ${count(rows)} rows`),
    ...('file' in input.reference
      ? { path: resolve(context.folder, input.reference.file), only: ours }
      : { path, only: (row: ReferenceRow) => ours(row) && isFirst(row) }),
  }
  const { upload } = await buildReference(file)
  const profile = bytesOf(upload.profile)
  const reference: ReplayReference = {
    ...{
      version: upload.version,
      binning: upload.binning,
      profile,
      digest: profileDigest(profile),
    },
    segments: Object.entries(upload.segments).map(([segment, text]) => ({
      ...{ segment, profile: bytesOf(text) },
    })),
    sample: upload.sample === null ? null : bytesOf(upload.sample),
  }
  const within = (timeMs: number) => timeMs >= firstMs && !(timeMs >= input.toMs)
  const parts = new PartsOfRows(upload.binning, window, keepsSamples(settings))
  const bad = new Map<number, number>()
  let rows = 0
  const { features } = upload.binning
  const onUnreadable = (timeMs: number) => {
    if (!within(timeMs)) return
    const at = windowStartOf(window, timeMs)
    bad.set(at, (bad.get(at) ?? 0) + 1)
  }
  const unmatched = settings.log.kind === 'pair' ? new UnmatchedOfFile(window) : null
  const read = {
    ...{ path, model, settings, columns: {}, features, schemas, onUnreadable },
    ...(unmatched && { onHalf: unmatched.add }),
  }
  await readReferenceRows(read, (row) => {
    if (context.signal.aborted) throw new Error('stopped')
    if (++rows % 1_000 === 0) progress.say(`${name}: ${count(rows)} rows`)
    if (within(row.timeMs) && ours(row)) parts.add(row)
  })
  const ended = Math.min(lastMs + (1 - wholeShare) * window.length, input.toMs || Infinity)
  const windows: WindowFacts[] = []
  for (let at = firstMs; at + window.length <= ended; at += window.length) {
    windows.push({
      window: { start: isoTime(at), end: isoTime(at + window.length) },
      counts: {
        ...{ bad: bad.get(at) ?? 0, lost: 0 },
        ...(unmatched && { unmatched: unmatched.of(at) }),
      },
      referenceOf: () => reference,
    })
  }
  if (windows.length === 0) {
    const reason = `${name} holds no whole window after ${isoTime(firstMs)}`
    throw new DriftgateError('BACKTEST_NO_WINDOWS', { model, reason })
  }
  const endMs = firstMs + windows.length * window.length
  const all = parts.end()
  return {
    reference:
      'file' in input.reference
        ? basename(input.reference.file)
        : `the first ${counted === 1 ? 'window' : `${counted} windows`} of ${name}`,
    parts: all.filter(({ bucket }) => bucket.getTime() < endMs),
    windows,
    leftOver: all
      .filter(({ bucket, segment }) => segment === '' && bucket.getTime() >= endMs)
      .reduce((sum, part) => sum + part.rows, 0),
  }
}

/** The first and the last time in the file, within what was asked for. */
async function extentOf(
  path: string,
  { settings, model, fromMs, toMs, progress, schemas }: LogInput,
): Promise<[number, number]> {
  let [first, last, rows] = [Infinity, -Infinity, 0]
  const features = configuredColumns(settings)
  const read = { path, model, settings, columns: {}, features, schemas }
  await readReferenceRows(read, ({ timeMs }) => {
    if (++rows % 1_000 === 0) progress.say(`times of ${basename(path)}: ${count(rows)} rows`)
    if (timeMs < fromMs || timeMs >= toMs) return
    if (timeMs < first) first = timeMs
    if (timeMs > last) last = timeMs
  })
  if (!Number.isFinite(first)) {
    const reason = `no row of ${basename(path)} has a time in that span (log.paths.time: ${settings.log.paths.time})`
    throw new DriftgateError('BACKTEST_NO_WINDOWS', { model, reason })
  }
  return [Number.isNaN(fromMs) ? first : fromMs, last]
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'base64')

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
