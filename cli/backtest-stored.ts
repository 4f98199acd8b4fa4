import type { BacktestConfiguration } from '../contracts/backtest.ts'
import { type BacktestStoredWindow, backtestSource } from '../contracts/backtest-source.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { Backtest } from '../judging/backtest.ts'
import type { PastWindow } from '../judging/past-windows.ts'
import { reachOf } from '../judging/replay.ts'
import { StoredReferences } from '../judging/stored-references.ts'
import {
  heldAgainst,
  type LeftOut,
  misfit,
  type StoredInput,
  type StoredWindow,
  storedWindows,
} from '../judging/stored-windows.ts'
import { historyLength } from '../policies/spans.ts'
import { count } from '../reports/numbers.ts'
import type { Asked, NamedSettings } from './backtest.ts'
import { breathe, comparedOf, configurationOf, type Replayed, spanOf } from './backtest-replay.ts'
import type { CommandContext } from './command.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import type { ProgressLine } from './progress.ts'
import { SampleNotFetched, StoredParts } from './stored-parts.ts'
import { appliedOf, plannedBetween, storedReferences } from './stored-source.ts'

/** Stored windows through the gateway, which hands out what is stored page by page; judged here. */
export async function replayStored(
  context: CommandContext,
  asked: Asked,
  progress: ProgressLine,
): Promise<Replayed> {
  const { model } = asked
  const gateway = await openGateway(context)
  const path = `models/${encodeURIComponent(model)}/backtest`
  const source = await gateway.get(path, backtestSource)
  const { config, compare } = context.options
  const all = [
    typeof config === 'string'
      ? await configurationOf(context, model)
      : await appliedOf(gateway, model),
  ]
  if (typeof compare === 'string') all.push(await comparedOf(context, compare, model))
  const samples = all.some(({ settings }) => (settings.detection.rows ?? []).length > 0)
  const references = new StoredReferences(
    ...([model, source, await storedReferences(gateway, path, samples)] as const),
    (text) => Buffer.from(text, 'base64'),
  )
  const span = spanAsked(asked, source.readings)
  // The scan of the last window may have been that of a longer one.
  const longest = Math.max(...all.map(({ settings }) => settings.window.length))
  const planned = await plannedBetween(gateway, path, {
    ...{ fromMs: span.fromMs, toMs: span.toMs + longest, past: false },
    onWindows: (found) => progress.say(`cuts and verdicts of ${count(found)} windows`),
  })
  const configurations: BacktestConfiguration[] = []
  const assumptions = new Set([
    'a retraining ends at once and changes nothing: windows are held against the references on record',
  ])
  for (const one of all) {
    const input = { model, settings: one.settings, source, references, planned, ...span }
    const reason = misfit(input)
    if (reason !== null) {
      throw new DriftgateError('BACKTEST_NEEDS_READING', { file: one.name, model, reason })
    }
    const { windows, left } = storedWindows(input)
    if (windows.length === 0) {
      const reason = `nothing is stored of that span (${leftText(left).join('; ') || 'it holds no whole window'})`
      throw new DriftgateError('BACKTEST_NO_WINDOWS', { model, reason })
    }
    for (const text of leftText(left)) assumptions.add(text)
    configurations.push(
      await replay(context, gateway, { asked, one, windows, assumptions, progress }),
    )
  }
  return {
    source: { kind: 'gateway', name: gateway.url },
    window: spanOf(configurations[0] as BacktestConfiguration),
    reference: heldAgainst((all[0] as NamedSettings).settings),
    assumptions: [...assumptions],
    configurations,
  }
}

function spanAsked(
  { fromMs, toMs }: Asked,
  readings: StoredInput['source']['readings'],
): { fromMs: number; toMs: number } {
  const times = readings.flatMap(({ buckets, definition }) =>
    buckets === null
      ? []
      : [Date.parse(buckets.first), Date.parse(buckets.last) + definition.bucket],
  )
  return {
    fromMs: Number.isNaN(fromMs) ? Math.min(...times) : fromMs,
    toMs: Number.isNaN(toMs) ? Math.max(...times) : toMs,
  }
}

const unread =
  'sampled rows are for operators: what a change of units would explain is told as drift'

const leftText = ({ notStored, notKept, withoutCut }: LeftOut): string[] => [
  ...(notStored > 0 ? [`nothing was read of ${count(notStored)} windows, which are left out`] : []),
  ...(notKept > 0
    ? [`${count(notKept)} windows are left out: retention took what they were judged from`]
    : []),
  ...(withoutCut > 0
    ? [
        `${count(withoutCut)} windows were never scanned that way: all rows that were read of them count, and no unreadable record is known`,
      ]
    : []),
]

interface Run {
  readonly asked: Asked
  readonly one: NamedSettings
  readonly windows: readonly StoredWindow[]
  readonly assumptions: Set<string>
  readonly progress: ProgressLine
}

async function replay(
  context: CommandContext,
  gateway: GatewayClient,
  { asked, one, windows, assumptions, progress }: Run,
): Promise<BacktestConfiguration> {
  const { model, changes } = asked
  const { name, settings } = one
  const { length } = settings.window
  const firstMs = Date.parse((windows[0] as StoredWindow).facts.window.start)
  const past = await plannedBetween(gateway, `models/${encodeURIComponent(model)}/backtest`, {
    ...{ fromMs: firstMs - historyLength(settings) - reachOf(settings), toMs: firstMs, past: true },
    onWindows: (found) => progress.say(`${name}: history, ${count(found)} windows`),
  })
  const run = new Backtest({
    ...{ model, name, settings, changes, adopts: false },
    past: past.flatMap((each) => pastOf(each, length)),
  })
  const samples = (settings.detection.rows ?? []).length > 0
  const parts = new Map<string, StoredParts>()
  const partsOf = (reading: string): StoredParts => {
    const fromMs = firstMs - reachOf(settings)
    const found =
      parts.get(reading) ?? new StoredParts(gateway, { model, reading, fromMs }, samples)
    parts.set(reading, found)
    return found
  }
  for (const [index, { reading, facts, recorded }] of windows.entries()) {
    if (context.signal.aborted) throw new Error('stopped')
    const [startMs, endMs] = [Date.parse(facts.window.start), Date.parse(facts.window.end)]
    const stored = partsOf(reading)
    await stored.until(endMs, aheadWindows * length, (part) => run.add(part, reading))
    try {
      await run.judge(facts, recorded)
    } catch (error) {
      if (!(error instanceof SampleNotFetched)) throw error
      const sampled = await stored.withSamples(startMs, endMs)
      if (sampled === null) assumptions.add(unread)
      else if (!run.replace(facts.window, sampled, reading)) {
        throw new DriftgateError('BACKTEST_WINDOW_GONE', { model, start: facts.window.start })
      }
      await run.judge(facts, recorded)
    }
    progress.say(`${name}: window ${count(index + 1)} of ${count(windows.length)}`)
    if (index % 64 === 63) await breathe()
  }
  return run.end()
}

/** Asked for at once: pages are bounded by the gateway anyway. */
const aheadWindows = 500

function pastOf({ window, verdict }: BacktestStoredWindow, length: number): PastWindow[] {
  if (verdict === null || Date.parse(window.end) - Date.parse(window.start) !== length) return []
  const { rows, looks } = verdict
  return [{ window, verdict: verdict.verdict, rows: rows.good, looks: looks ?? {} }]
}
