import { acceptedLooks } from '../adapters/postgres/history.ts'
import { liftedSince } from '../adapters/postgres/kept-windows.ts'
import { type Known, knownOf } from '../adapters/postgres/known.ts'
import { goneSince, liftedIn } from '../adapters/postgres/merged-parts.ts'
import {
  lateRows,
  partsBelow,
  passedBetween,
  segmentPartsBelow,
  silentBetween,
} from '../adapters/postgres/parts.ts'
import { findReading } from '../adapters/postgres/readings.ts'
import {
  namedReference,
  referenceInForce,
  type StoredReference,
} from '../adapters/postgres/references.ts'
import {
  belowBefore,
  belowOf,
  cutOf,
  emptyWindowsBefore,
  plannedOutOfOrder,
  recordVerdict,
} from '../adapters/postgres/verdicts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Report } from '../contracts/report.ts'
import type { BesideReading, ScanPlan } from '../contracts/scan.ts'
import { mergeParts, mostRows } from '../judging/merged-rows.ts'
import { pairSegments } from '../judging/segment-profiles.ts'
import { type PartsOf, tellSince } from '../judging/since.ts'
import { withSlices } from '../judging/slices/with-slices.ts'
import { historyLength } from '../policies/spans.ts'
import type { Profile } from '../profiles/index.ts'
import { joinedCounts } from './joined-counts.ts'
import { jointScores } from './joint-scores.ts'
import { longerSpans } from './longer-spans.ts'
import { ownOrNewest } from './own-reference.ts'
import { referencesInForce } from './references-in-force.ts'
import { plannedModel, type ScanDeps } from './scan-deps.ts'
import { type Judged, reportOn } from './scan-report.ts'
import { currentSegments } from './segment-profiles.ts'

/**
 * Judges the window of a plan from the parts below its cut and puts the verdict on record; the first one stays.
 * Judging the same evidence again gives the same bytes. Rows of several model versions: those of the version with
 * the most rows are judged, against that version's own training data, or the newest ones when it has none, and
 * against every other reference in force.
 */
export async function judgeWindow(deps: ScanDeps, plan: ScanPlan): Promise<Report> {
  const judged = await judgePlan(deps, plan)
  await deps.onPhase?.('before verdict')
  const recorded = await recordVerdict(deps.db, plan.configVersion, judged)
  await deps.onPhase?.('after verdict')
  return recorded
}

export interface JudgedAgain {
  /** The plan of the window's verdict, when more rows are judged: what was passed on the way to it is told as of then. */
  readonly first?: ScanPlan
  /** What a second look on record knew. */
  readonly known?: Known
}

/**
 * The verdict on what a plan may hold, not on record. Where the window has one, it knows what that knew: references and
 * earlier verdicts are those of then.
 */
export async function judgePlan(
  deps: ScanDeps,
  plan: ScanPlan,
  { first = plan, known: told }: JudgedAgain = {},
) {
  const settings = await plannedModel(deps, plan)
  const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
  const below = belowOf(plan)
  const parts = await partsBelow(deps.db, plan.reading, window, below)
  const version = mostRows(parts)
  const known = told ?? (await knownTo(deps, plan, first, version))
  const other = await withOwnReference(deps, plan, version, known)
  if (other !== null) {
    return judgePlan(deps, besideOf(plan, other), { first: besideOf(first, other), known })
  }
  const stored = await referenceFor(deps, plan, version, known)
  const before = await belowBefore(deps.db, plan)
  const joined = await joinedCounts(deps, plan, first, before)
  const {
    ahead,
    repeated: again,
    ...passed
  } = await passedBetween(
    ...([deps.db, plan.reading, before, { ...belowOf(first), repairs: below.repairs }] as const),
    (await plannedOutOfOrder(deps.db, first)) ? window : undefined,
  )
  const { unmatched, removed, differing } = joined
  const repeated = again + (joined.repeated ?? 0)
  const silent = silentBetween(before.cut, cutOf(first))
  const late = await lateRows(deps.db, plan.reading, window.start, before, belowOf(first))
  const empty = await emptyWindowsBefore(deps.db, plan.model, window.start, known.verdicts)
  const { binning } = stored
  const rows = mergeParts(
    parts.filter((part) => part.version === version),
    binning,
  )
  const spans =
    version === null
      ? []
      : await longerSpans(deps, plan, settings, { version, binning, known: known.verdicts })
  const references = await referencesInForce(deps.db, {
    ...{ settings, plan: first, version, stored, known },
    spans: spans.map(({ windows }) => windows),
  })
  const judgedWindow = { reading: plan.reading, window, below, version: version ?? '' }
  const segments: Map<string, Profile> | null =
    version === null ? null : await currentSegments(deps.db, judgedWindow, binning)
  const compared: Judged['compared'][number][] = []
  for (const reference of references.filter(({ unused }) => unused === null)) {
    compared.push({
      reference,
      segments: segments === null ? [] : pairSegments(reference.segments, segments, binning),
      asked: await jointScores(settings, { binning, sample: reference.sample }, () => rows.sample),
      accepted: await acceptedBefore(deps, settings, plan, reference.identity, known.verdicts),
    })
  }
  const { report, looks } = reportOn(plan, {
    ...{ settings, references, compared, rows, spans, startMs: window.start.getTime() },
    binning: stored.binningDigest,
    counts: { ...passed, late, ...(unmatched && { unmatched }) },
    oddities: {
      ...(ahead > 0 && { ahead }),
      ...(repeated > 0 && { repeated }),
      ...(removed && { removed }),
      ...(differing && { differing }),
      ...(silent.length > 0 && { silent }),
    },
    emptyBefore: empty,
  })
  const partsOf = storedParts(deps, plan, version)
  const dated = await tellSince(partsOf, plan.window, { version, binning, compared }, report)
  await mustBeKept(deps, plan, known)
  const sliced = withSlices(settings, dated, () => ({
    binning,
    reference: compared[0]?.reference.sample ?? null,
    current: rows.sample,
  }))
  return { report: sliced, looks, known: known.verdicts }
}

/** More rows may be mostly of another version, which is held against its own reference. */
async function knownTo(
  { db }: ScanDeps,
  plan: ScanPlan,
  first: ScanPlan,
  version: string | null,
): Promise<Known> {
  const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
  const known = await knownOf(db, plan.model, window.start)
  if (first === plan || known.reference === null) return known
  const before = mostRows(await partsBelow(db, first.reading, window, belowOf(first)))
  return before === version ? known : { ...known, reference: null }
}

/** The stored parts of a version below the cut of a plan. */
const storedParts =
  ({ db }: ScanDeps, plan: ScanPlan, version: string | null): PartsOf =>
  async (span, inSegments) => {
    const at = [db, plan.reading, span, belowOf(plan)] as const
    const all = (await partsBelow(...at)).filter((part) => part.version === version)
    const ofSegments = inSegments && version !== null ? await segmentPartsBelow(...at, version) : []
    return [...all.map((part) => ({ ...part, segment: '' })), ...ofSegments]
  }

/**
 * Asked after everything was read: what retention takes it gives up first. Throws VERDICT_NOT_RECOMPUTABLE, since rows
 * that are not there any more are not rows that never came.
 */
async function mustBeKept(
  { db }: ScanDeps,
  { model, reading, window }: ScanPlan,
  { merged }: Known,
): Promise<void> {
  const span = { start: new Date(window.start), end: new Date(window.end) }
  const since =
    (await liftedSince(db, model, span.start)) ??
    (await goneSince(db, reading, span)) ??
    (await mergedGone(db, reading, merged))
  if (since === null) return
  const details = { model, start: window.start, since: since.toISOString() }
  throw new DriftgateError('VERDICT_NOT_RECOMPUTABLE', details)
}

/** Since when something that was merged into the references of a verdict on record is not there; null: all of it is. */
async function mergedGone(
  db: ScanDeps['db'],
  reading: string,
  merged: Known['merged'],
): Promise<Date | null> {
  const pieces = merged.flatMap(({ looks }) => looks.flatMap((look) => look.merged ?? []))
  const distinct = new Map(pieces.map((piece) => [piece.join(), piece]))
  for (const [start, end] of distinct.values()) {
    const at = await liftedIn(db, reading, { start: new Date(start), end: new Date(end) })
    if (at !== null) return at
  }
  return null
}

/** The reading beside, where only there the version has a reference of its own; null otherwise. */
async function withOwnReference(
  { db }: ScanDeps,
  { model, window, reading, beside }: ScanPlan,
  version: string | null,
  { reference }: Known,
): Promise<BesideReading | null> {
  if (beside === undefined || version === null) return null
  if (reference !== null) {
    const binning = (await findReading(db, beside.reading))?.binning
    return binning === reference.binning ? beside : null
  }
  const own = async (id: string) =>
    referenceInForce(db, model, {
      ...{ version, at: new Date(window.start) },
      binning: (await findReading(db, id))?.binning,
    })
  return (await own(reading)) === null && (await own(beside.reading)) !== null ? beside : null
}

/** The plan of the same window in the reading that is counted beside. */
function besideOf(plan: ScanPlan, { reading, repairs, began }: BesideReading): ScanPlan {
  const { beside: _, began: __, ...rest } = plan
  return { ...rest, reading, repairs, ...(began && { began }) }
}

/**
 * The one that the verdict on record names; without one the version's own, else the newest, of those under the binning
 * that the reading counted with and in force for the window.
 */
async function referenceFor(
  { db }: ScanDeps,
  { model, reading, window }: ScanPlan,
  version: string | null,
  known: Known,
): Promise<StoredReference> {
  if (known.reference !== null) {
    const named = await namedReference(db, model, known.reference, new Date(window.start))
    if (named !== null) return named
    throw new DriftgateError('REFERENCE_MISSING', { model })
  }
  const binning = (await findReading(db, reading))?.binning
  return ownOrNewest(db, model, version, { binning, at: new Date(window.start) })
}

/** The accepted windows before this one that were held against the same reference. */
const acceptedBefore = (
  { db }: ScanDeps,
  settings: ModelSettings,
  { model, window }: ScanPlan,
  reference: string,
  known: number,
) => {
  const { acceptedUntil } = settings.detection.history
  const start = new Date(window.start)
  return acceptedLooks(db, {
    ...{ model, reference, known },
    from: new Date(start.getTime() - historyLength(settings)),
    to: start,
    acceptedUntil: acceptedUntil === undefined ? null : new Date(acceptedUntil),
  })
}
