import { acceptedLooks } from '../adapters/postgres/history.ts'
import { liftedSince } from '../adapters/postgres/kept-windows.ts'
import { goneSince } from '../adapters/postgres/merged-parts.ts'
import {
  lateRows,
  partsBelow,
  passedBetween,
  segmentPartsBelow,
  silentBetween,
} from '../adapters/postgres/parts.ts'
import { findReading } from '../adapters/postgres/readings.ts'
import { referenceInForce, type StoredReference } from '../adapters/postgres/references.ts'
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
import { type Report, reportSchema } from '../contracts/report.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { absentFeatures } from '../judging/absent-features.ts'
import type { Joint } from '../judging/joint-sides.ts'
import { judgeProfiles } from '../judging/judge-profiles.ts'
import type { Span } from '../judging/merge-spans.ts'
import { type MergedRows, mergeParts, mostRows } from '../judging/merged-rows.ts'
import type { SegmentProfiles } from '../judging/segment-profiles.ts'
import { type PartsOf, tellSince } from '../judging/since.ts'
import type { AcceptedWindow } from '../policies/history.ts'
import { historyLength } from '../policies/spans.ts'
import { decodeProfile, digestOf, encodeProfile, profileDigest } from '../profiles/index.ts'
import { jointScores } from './joint-scores.ts'
import { longerSpans } from './longer-spans.ts'
import { plannedModel, type ScanDeps } from './scan-deps.ts'
import { segmentProfiles } from './segment-profiles.ts'

/**
 * Judges the window of a plan from the parts below its cut and puts the verdict on record; the first one stays.
 * Judging the same evidence again gives the same bytes. Rows of several model versions: those of the version with
 * the most rows are judged, against that version's own reference, or the newest one when it has none.
 */
export async function judgeWindow(deps: ScanDeps, plan: ScanPlan): Promise<Report> {
  const { report, looks } = await judgePlan(deps, plan)
  await deps.onPhase?.('before verdict')
  const recorded = await recordVerdict(deps.db, report, plan.configVersion, looks)
  await deps.onPhase?.('after verdict')
  return recorded
}

/**
 * The verdict on what a plan may hold, not on record. `first`: the plan of the window's verdict, when it is judged again
 * with more rows; what was passed on the way to it is told as of then.
 */
export async function judgePlan(deps: ScanDeps, plan: ScanPlan, first: ScanPlan = plan) {
  const settings = await plannedModel(deps, plan)
  const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
  const below = belowOf(plan)
  const parts = await partsBelow(deps.db, plan.reading, window, below)
  const version = mostRows(parts)
  const reference = await referenceFor(deps, plan, version)
  const before = await belowBefore(deps.db, plan)
  const { ahead, repeated, ...passed } = await passedBetween(
    ...([deps.db, plan.reading, before, { ...belowOf(first), repairs: below.repairs }] as const),
    (await plannedOutOfOrder(deps.db, first)) ? window : undefined,
  )
  const silent = silentBetween(before.cut, cutOf(first))
  const late = await lateRows(deps.db, plan.reading, window.start, before, belowOf(first))
  const empty = await emptyWindowsBefore(deps.db, plan.model, window.start)
  const { binning } = reference
  const rows = mergeParts(
    parts.filter((part) => part.version === version),
    binning,
  )
  const judgedWindow = { reading: plan.reading, window, below, version: version ?? '' }
  const segments = version === null ? [] : await segmentProfiles(deps.db, judgedWindow, reference)
  const { report, looks } = reportOn(plan, {
    settings,
    reference,
    rows,
    segments,
    spans: version === null ? [] : await longerSpans(deps, plan, settings, version, binning),
    asked: await jointScores(settings, reference, () => rows.sample),
    counts: { ...passed, late },
    oddities: {
      ...(ahead > 0 && { ahead }),
      ...(repeated > 0 && { repeated }),
      ...(silent.length > 0 && { silent }),
    },
    emptyBefore: empty,
    history: {
      accepted: await acceptedBefore(deps, settings, reference, window.start),
      startMs: window.start.getTime(),
    },
  })
  const partsOf = storedParts(deps, plan, version)
  const sought = { version, reference, segments }
  const told = await tellSince(partsOf, plan.window, sought, report)
  await mustBeKept(deps, plan)
  return { report: told, looks }
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
async function mustBeKept({ db }: ScanDeps, { model, reading, window }: ScanPlan): Promise<void> {
  const span = { start: new Date(window.start), end: new Date(window.end) }
  const since = (await liftedSince(db, model, span.start)) ?? (await goneSince(db, reading, span))
  if (since === null) return
  const details = { model, start: window.start, since: since.toISOString() }
  throw new DriftgateError('VERDICT_NOT_RECOMPUTABLE', details)
}

/** The version's own reference, else the newest one; only those under the binning that the reading counted with. */
async function referenceFor(
  { db }: ScanDeps,
  { model, reading }: ScanPlan,
  version: string | null,
): Promise<StoredReference> {
  const binning = (await findReading(db, reading))?.binning
  const own = version === null ? null : await referenceInForce(db, model, version, binning)
  const reference = own ?? (await referenceInForce(db, model, undefined, binning))
  if (reference === null) throw new DriftgateError('REFERENCE_MISSING', { model })
  return reference
}

/** The accepted windows before this one that were held against the same reference. */
const acceptedBefore = (
  { db }: ScanDeps,
  settings: ModelSettings,
  { model, profileDigest: reference }: StoredReference,
  start: Date,
) => {
  const { acceptedUntil } = settings.detection.history
  return acceptedLooks(db, {
    model,
    reference,
    from: new Date(start.getTime() - historyLength(settings)),
    to: start,
    acceptedUntil: acceptedUntil === undefined ? null : new Date(acceptedUntil),
  })
}

interface Judged {
  readonly settings: ModelSettings
  readonly reference: StoredReference
  readonly rows: MergedRows
  readonly segments: readonly SegmentProfiles[]
  readonly spans: readonly Span[]
  readonly asked: Joint | null
  readonly counts: { bad: number; foreign: number; lost: number; late: number }
  readonly oddities: Pick<Report['rows'], 'ahead' | 'repeated' | 'silent'>
  readonly emptyBefore: number
  readonly history: { readonly accepted: readonly AcceptedWindow[]; readonly startMs: number }
}

function reportOn(plan: ScanPlan, judged: Judged) {
  const { settings, reference, rows, segments, spans, asked, counts, history } = judged
  const { profile: current } = rows
  const before = decodeProfile(reference.profile, reference.binning)
  const { window, detection } = settings
  const { result, definitions, looks } = judgeProfiles({
    ...judged,
    reference: before,
    ...(asked && { joint: asked.scores }),
    absent: absentFeatures(settings, before),
  })
  const evidence = {
    model: plan.model,
    window: plan.window,
    cut: cutOf(plan),
    ...(plan.began && { began: plan.began }),
    ...(plan.repairs && { repairs: plan.repairs }),
    profile: profileDigest(encodeProfile(current)),
    reference: {
      name: reference.name,
      profile: reference.profileDigest,
      modelVersion: reference.version,
    },
    binning: reference.binningDigest,
    settings: digestOf({ features: settings.features, detection, window }),
    detectors: { ...definitions, ...asked?.definitions },
    ...(asked && { samples: asked.samples }),
    ...(segments.length > 0 && {
      segments: Object.fromEntries(
        segments.map((one) => [one.name, profileDigest(encodeProfile(one.current))]),
      ),
    }),
    ...(spans.length > 0 && {
      spans: spans.map(({ windows, merged, profile }) => ({
        windows,
        merged,
        profile: profileDigest(encodeProfile(profile)),
      })),
    }),
    ...(history.accepted.length > 0 && { history: historyEvidence(history.accepted) }),
  }
  const report = reportSchema.parse({
    schema: 'driftgate-report/1',
    model: plan.model,
    window: plan.window,
    ...result,
    rows: { good: current.rows, ...counts, reference: before.rows, ...judged.oddities },
    evidence,
    evidenceDigest: digestOf(evidence),
  })
  return { report, looks }
}

const historyEvidence = (accepted: readonly AcceptedWindow[]) => ({
  windows: accepted.length,
  from: new Date(accepted[0]?.endMs ?? 0).toISOString(),
  to: new Date(accepted.at(-1)?.endMs ?? 0).toISOString(),
  digest: digestOf(accepted),
})
