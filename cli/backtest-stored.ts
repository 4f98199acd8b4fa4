import type { BacktestConfiguration, BacktestReason } from '../contracts/backtest.ts'
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
import { reasonTexts } from './backtest-reasons.ts'
import { breathe, comparedOf, configurationOf, type Replayed, spanOf } from './backtest-replay.ts'
import type { CommandContext } from './command.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import type { ProgressLine } from './progress.ts'
import { SampleNotFetched, type Samples, StoredParts } from './stored-parts.ts'
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
  const wanted = all.some(({ settings }) => (settings.detection.rows ?? []).length > 0)
  const stored = await referencesOf(gateway, path, wanted)
  const references = new StoredReferences(model, source, stored.references, (text) =>
    Buffer.from(text, 'base64'),
  )
  const span = spanAsked(asked, source.readings)
  if (!(Number.isFinite(span.fromMs) && Number.isFinite(span.toMs))) {
    const reason = 'no counts of it are kept, or nothing was read yet'
    throw new DriftgateError('BACKTEST_NO_WINDOWS', { model, reason })
  }
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
    if (windows.length === 0) throw nothingLeft(model, { windows: [], leftOut: left })
    const replayed = await replay(context, gateway, {
      ...{ asked, one, windows, left, progress },
      samples: wanted ? (stored.refused ? 'refused' : 'fetched') : 'later',
    })
    if (replayed.windows.length === 0) throw nothingLeft(model, replayed)
    for (const text of reasonTexts(replayed)) assumptions.add(text)
    configurations.push(replayed)
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

const nothingLeft = (model: string, all: Pick<BacktestConfiguration, 'windows' | 'leftOut'>) => {
  const texts = reasonTexts(all).join('; ') || 'it holds no whole window'
  return new DriftgateError('BACKTEST_NO_WINDOWS', {
    model,
    reason: `nothing is stored of that span (${texts})`,
  })
}

/** Every reference; without samples where these are asked for and this person may not read them. */
async function referencesOf(gateway: GatewayClient, path: string, samples: boolean) {
  try {
    return { references: await storedReferences(gateway, path, samples), refused: false }
  } catch (error) {
    const refused = error instanceof DriftgateError && error.code === 'NOT_AUTHORISED'
    if (!samples || !refused) throw error
    return { references: await storedReferences(gateway, path, false), refused }
  }
}

interface Run {
  readonly asked: Asked
  readonly one: NamedSettings
  readonly windows: readonly StoredWindow[]
  readonly left: readonly LeftOut[]
  readonly samples: Samples
  readonly progress: ProgressLine
}

async function replay(
  context: CommandContext,
  gateway: GatewayClient,
  { asked, one, windows, left, samples, progress }: Run,
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
  for (const { window, reason } of left) run.leaveOut(window, reason)
  const parts = new Map<string, StoredParts>()
  const partsOf = (reading: string): StoredParts => {
    const fromMs = firstMs - reachOf(settings)
    const found =
      parts.get(reading) ?? new StoredParts(gateway, { model, reading, fromMs }, samples)
    parts.set(reading, found)
    return found
  }
  const looksBack =
    settings.detection.scales.some((scale) => scale > 1) ||
    Object.values(settings.references).some(({ kind }) => kind !== 'training')
  for (const [index, { reading, facts: known, recorded, reasons }] of windows.entries()) {
    if (context.signal.aborted) throw new Error('stopped')
    const [startMs, endMs] = [Date.parse(known.window.start), Date.parse(known.window.end)]
    const stored = partsOf(reading)
    await stored.until(endMs, aheadWindows * length, (part) => run.add(part, reading))
    if (stored.isGone(startMs, endMs) || stored.isRolledUp(startMs, endMs)) {
      run.leaveOut(known.window, 'ROWS_GONE')
      continue
    }
    const earlierGone = looksBack && stored.isGone(endMs - reachOf(settings), startMs)
    const facts = { ...known, earlierGone }
    const why = (): BacktestReason[] => [
      ...reasons,
      ...(earlierGone ? (['EARLIER_NOT_KEPT'] as const) : []),
      ...stored.takeMissing(),
    ]
    try {
      await run.judge(facts, recorded, why)
    } catch (error) {
      if (!(error instanceof SampleNotFetched)) throw error
      const sampled = await stored.withSamples(startMs, endMs)
      if (sampled !== null && !run.replace(facts.window, sampled, reading)) {
        throw new DriftgateError('BACKTEST_WINDOW_GONE', { model, start: facts.window.start })
      }
      await run.judge(facts, recorded, why)
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
