import { erasedSince } from '../adapters/postgres/erasures.ts'
import { liftedSince } from '../adapters/postgres/kept-windows.ts'
import { knownBy } from '../adapters/postgres/known.ts'
import {
  type RecordedVerdict,
  recordedVerdicts,
  verdictStarts,
} from '../adapters/postgres/recorded-verdicts.ts'
import { findPlan, placesOf } from '../adapters/postgres/verdicts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { firstDifference } from '../contracts/first-difference.ts'
import type { RecomputedVerdict, RecomputeRange, RecomputeResult } from '../contracts/recompute.ts'
import type { Report } from '../contracts/report.ts'
import { judgePlan } from './judge-window.ts'
import type { ScanDeps } from './scan-deps.ts'

/** People see how far it is after so many windows, or so much time. */
const mostWindows = 50
const longestMs = 15_000

export interface RecomputeOptions {
  /** Stops between two windows. */
  readonly signal?: AbortSignal
  /** After how many windows, and how long, it leaves the rest to the next call. */
  readonly most?: number
  readonly longest?: number
}

/**
 * Judges verdicts on record again, each from what its evidence names, and says of each whether the bytes are the same.
 * Writes nothing. Begins with the first window of the range and says where to go on.
 */
export async function recomputeVerdicts(
  deps: ScanDeps,
  { model, ...range }: RecomputeRange & { readonly model: string },
  { signal, most = mostWindows, longest = longestMs }: RecomputeOptions = {},
): Promise<RecomputeResult> {
  const ends = performance.now() + longest
  const starts = await verdictStarts(deps.db, model, range)
  const verdicts: RecomputedVerdict[] = []
  let done = 0
  for (const start of starts) {
    if (done > 0 && (done >= most || performance.now() >= ends)) break
    signal?.throwIfAborted()
    for (const recorded of await recordedVerdicts(deps.db, model, start)) {
      verdicts.push(await recompute(deps, model, recorded))
    }
    done++
  }
  return { verdicts, next: starts[done]?.toISOString() ?? null, left: starts.length - done }
}

async function recompute(
  deps: ScanDeps,
  model: string,
  recorded: RecordedVerdict,
): Promise<RecomputedVerdict> {
  const { window, evidenceDigest } = recorded.report
  const nothing = { difference: null, since: null, cause: null, reason: null }
  const told = { window, look: recorded.look, evidenceDigest, ...nothing }
  const lifted = await liftedSince(deps.db, model, recorded.start)
  if (lifted !== null) return notKept(told, lifted.toISOString(), 'retention')
  try {
    const found = await differenceOf(deps, model, recorded)
    if (found === null) return { ...told, outcome: 'same' }
    // A sample without the row that somebody had erased says something else: that is no fault of the verdict.
    const erased = await erasedSince(deps.db, model, recorded.start)
    if (erased !== null) return notKept(told, erased.toISOString(), 'erasure')
    const { path, before, after } = found
    return { ...told, outcome: 'differs', difference: { path, recorded: before, judged: after } }
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.entry.retryable) throw error
    return error.code === 'VERDICT_NOT_RECOMPUTABLE'
      ? notKept(told, String(error.details['since']), 'retention')
      : { ...told, outcome: 'failed', reason: error.message }
  }
}

const notKept = (
  told: Omit<RecomputedVerdict, 'outcome'>,
  since: string,
  cause: RecomputedVerdict['cause'],
): RecomputedVerdict => ({ ...told, outcome: 'not kept', since, cause })

/** What was learned from it is held against what is on record too: later verdicts rest on it. */
async function differenceOf(
  deps: ScanDeps,
  model: string,
  { start, look, report, looks, known, below }: RecordedVerdict,
) {
  const plan = await findPlan(deps.db, model, start)
  if (plan === null) {
    throw new DriftgateError('VERDICT_UNKNOWN', { model, verdict: start.toISOString() })
  }
  const judged =
    below === null
      ? await judgePlan(deps, plan)
      : await judgePlan(
          deps,
          { ...plan, repairs: below.repairs, ...placesOf(below.cut) },
          { first: plan, known: knownBy(known, report.evidence) },
        )
  return (
    firstDifference(asStored(report), asStored(asToldThen(report, judged.report))) ??
    (look > 0 ? null : firstDifference(looks, asStored(judged.looks), 'looks'))
  )
}

/** Verdicts of older releases looked for no slices. */
function asToldThen(recorded: Report, { slices, ...judged }: Report): Report {
  return recorded.slices === undefined || slices === undefined ? judged : { ...judged, slices }
}

const asStored = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
