import { ledgerOf } from '../adapters/postgres/ledger-proof.ts'
import { goneSince } from '../adapters/postgres/merged-parts.ts'
import { type Below, partsBelow, versionPartsBelow } from '../adapters/postgres/parts.ts'
import { findReading } from '../adapters/postgres/readings.ts'
import { referenceInForce, type StoredReference } from '../adapters/postgres/references.ts'
import { belowOf, findPlan, verdictNamesBetween } from '../adapters/postgres/verdicts.ts'
import { listVerdictSummaries } from '../adapters/postgres/views.ts'
import type { AbsorbInput } from '../contracts/absorb.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { VerdictName, Window } from '../contracts/report.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import type { RangePart } from '../judging/merged-range.ts'
import { mostRows } from '../judging/merged-rows.ts'
import type { RangeWindow } from '../policies/absorption.ts'
import { windowsWithin } from '../policies/window.ts'
import { ownOrNewest } from './own-reference.ts'
import type { ScanDeps } from './scan-deps.ts'

/** A range of windows that shall become a reference, and what it is looked at with. */
export interface LookedAt {
  /** Of the last judged window: nothing beyond its cut is looked at. */
  readonly plan: ScanPlan
  readonly below: Below
  /** The model version whose rows are judged now. */
  readonly version: string
  /** What its next window would be held against. */
  readonly present: StoredReference
  /** From the first start to the last end. */
  readonly span: Window
  readonly range: readonly RangeWindow[]
  /** Every judged window from the beginning of the range on, in order of time. */
  readonly judged: readonly JudgedWindow[]
}

export interface JudgedWindow {
  readonly window: Window
  readonly verdict: VerdictName
}

/**
 * Which windows the range holds, how they were judged, and that all of their rows are there.
 *
 * Errors: ABSORB_RANGE, LEDGER_BROKEN, REFERENCE_MISSING.
 */
export async function lookAtRange(
  { db }: Pick<ScanDeps, 'db'>,
  { model, since, until }: Pick<AbsorbInput, 'model' | 'since' | 'until'>,
  settings: ModelSettings,
): Promise<LookedAt> {
  const refuse = (reason: string) => new DriftgateError('ABSORB_RANGE', { model, since, reason })
  if (!Object.values(settings.references).some(({ kind }) => kind === 'training')) {
    throw refuse('none of its references is of the kind training; the others follow by themselves')
  }
  const [last] = await listVerdictSummaries(db, model, { limit: 1 })
  const plan = last && (await findPlan(db, model, new Date(last.window.start)))
  if (!last || !plan) throw refuse('no window was judged yet')
  const endMs = Date.parse(last.window.end)
  const untilMs = Math.min(endMs, until === undefined ? endMs : Date.parse(until))
  const windows = windowsWithin(settings.window, Date.parse(since), untilMs)
  const [first, final] = [windows[0], windows.at(-1)]
  if (first === undefined || final === undefined) {
    throw refuse(`no judged window lies between then and ${new Date(untilMs).toISOString()}`)
  }
  const span = { start: first.start, end: final.end }
  const problem = await unreadProblem(db, plan, span)
  if (problem !== null) throw refuse(problem)
  await mustProve(db, plan)
  const from = new Date(first.start)
  const judgedSince = { from, to: new Date(endMs), known: Number.MAX_SAFE_INTEGER }
  const verdicts = await verdictNamesBetween(db, model, judgedSince)
  const version = await versionNow(db, plan)
  if (version === null) throw refuse('the last judged window has no rows')
  const binning = (await findReading(db, plan.reading))?.binning
  if (binning !== (await referenceInForce(db, model))?.binningDigest) {
    throw refuse('its log is about to be read under other bins; wait for the first window of those')
  }
  return {
    ...{ plan, below: belowOf(plan), version, span },
    present: await ownOrNewest(db, model, version, { binning }),
    range: windows.map((window) => ({
      window,
      verdict: (verdicts.get(Date.parse(window.start)) ?? null) as VerdictName | null,
    })),
    judged: [...verdicts]
      .sort(([left], [right]) => left - right)
      .map(([start, verdict]) => ({
        window: {
          start: new Date(start).toISOString(),
          end: new Date(start + settings.window.length).toISOString(),
        },
        verdict: verdict as VerdictName,
      })),
  }
}

/** Why the reading does not hold every row of the span; null: it does. */
async function unreadProblem(
  db: ScanDeps['db'],
  { reading, began }: ScanPlan,
  { start, end }: Window,
): Promise<string | null> {
  if (began !== undefined && Date.parse(start) < Date.parse(began.windowsFrom)) {
    return `its log was read in this way only from ${began.windowsFrom} on; "driftgate backfill" reads what was before`
  }
  const gone = await goneSince(db, reading, { start: new Date(start), end: new Date(end) })
  return gone === null ? null : `retention took rows of it at ${gone.toISOString()}`
}

/** Throws LEDGER_BROKEN unless the reading has no gap, no overlap, and as many rows as its slices say. */
async function mustProve(db: ScanDeps['db'], { model, reading }: ScanPlan): Promise<void> {
  const found = (await ledgerOf(db, model, 0)).find((one) => one.reading === reading)
  const [fault] = found?.faults ?? []
  if (found !== undefined && fault === undefined) return
  const reason = fault
    ? `${fault.fault} in partition ${fault.partition} at offset ${fault.offset}`
    : `the reading ${reading} is not there`
  throw new DriftgateError('LEDGER_BROKEN', { model, reason })
}

/** The version with the most rows in the last judged window. */
async function versionNow(db: ScanDeps['db'], plan: ScanPlan): Promise<string | null> {
  return mostRows(await partsBelow(db, plan.reading, datesOf(plan.window), belowOf(plan)))
}

/** The parts of one window that a reference is merged from. */
export const partsOfWindow = (
  db: ScanDeps['db'],
  { plan, below, version, present }: LookedAt,
  settings: ModelSettings,
  window: Window,
): Promise<RangePart[]> =>
  versionPartsBelow(db, plan.reading, datesOf(window), below, version, {
    segments: present.binning.segments !== undefined,
    samples: keepsSamples(settings),
  })

export const datesOf = ({ start, end }: Window) => ({ start: new Date(start), end: new Date(end) })
