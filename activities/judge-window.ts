import { findReading } from '../adapters/postgres/ledger.ts'
import { lateRows, partsBelow, passedBetween, type StoredPart } from '../adapters/postgres/parts.ts'
import { referenceInForce, type StoredReference } from '../adapters/postgres/references.ts'
import {
  cutBefore,
  cutOf,
  emptyWindowsBefore,
  recordVerdict,
} from '../adapters/postgres/verdicts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type Report, reportSchema } from '../contracts/report.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { scoreFeatures } from '../detectors/score-features.ts'
import { judge } from '../policies/verdict.ts'
import {
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  digestOf,
  encodeProfile,
  mergeProfiles,
  mergeSamples,
  profileDigest,
  sampledRows,
} from '../profiles/index.ts'
import { plannedModel, type ScanDeps } from './scan-deps.ts'

/**
 * Judges the window of a plan from the parts below its cut and puts the verdict on record; the first one stays.
 * Judging the same evidence again gives the same bytes. Rows of several model versions: those of the version with
 * the most rows are judged, against that version's own reference, or the newest one when it has none.
 */
export async function judgeWindow(deps: ScanDeps, plan: ScanPlan): Promise<Report> {
  const settings = await plannedModel(deps, plan)
  const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
  const cut = cutOf(plan)
  const parts = await partsBelow(deps.db, plan.reading, window, cut)
  const version = mostRows(parts)
  const reference = await referenceFor(deps, plan, version)
  const before = await cutBefore(deps.db, plan)
  const passed = await passedBetween(deps.db, plan.reading, before, cut)
  const late = await lateRows(deps.db, plan.reading, window.start, before, cut)
  const empty = await emptyWindowsBefore(deps.db, plan.model, window.start)
  const judged = parts.filter((part) => part.version === version)
  const report = reportOn(plan, settings, reference, judged, { ...passed, late }, empty)
  return recordVerdict(deps.db, report, plan.configVersion)
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

const nothingScored = { features: [], explanation: null, definitions: {} }

/** The version with the most rows; of equally many the one that sorts last. */
function mostRows(parts: readonly StoredPart[]): string | null {
  const rows = new Map<string, number>()
  for (const part of parts) rows.set(part.version, (rows.get(part.version) ?? 0) + part.rows)
  const [first] = [...rows].sort(
    ([left, leftRows], [right, rightRows]) => rightRows - leftRows || (left < right ? 1 : -1),
  )
  return first?.[0] ?? null
}

function reportOn(
  plan: ScanPlan,
  settings: ModelSettings,
  reference: StoredReference,
  parts: readonly StoredPart[],
  counts: { bad: number; foreign: number; lost: number; late: number },
  emptyBefore: number,
): Report {
  const { binning } = reference
  const current = createProfile(binning)
  const sample = createSample()
  const buckets = new Map<number, { profile: typeof current; sample: typeof sample }>()
  for (const part of parts) {
    const profile = decodeProfile(part.profile, binning)
    const rows = part.sample === null ? createSample() : decodeSample(part.sample)
    mergeProfiles(current, profile)
    mergeSamples(sample, rows)
    const bucket = buckets.get(part.bucket.getTime())
    if (bucket === undefined) buckets.set(part.bucket.getTime(), { profile, sample: rows })
    else {
      mergeProfiles(bucket.profile, profile)
      mergeSamples(bucket.sample, rows)
    }
  }
  const before = decodeProfile(reference.profile, binning)
  // Without a row there is nothing to compare: the verdict says so.
  const scored =
    current.rows === 0
      ? nothingScored
      : scoreFeatures(
          before,
          current,
          sampledRows(sample),
          [...buckets]
            .sort(([left], [right]) => left - right)
            .map(([start, bucket]) => ({
              start: new Date(start).toISOString(),
              profile: bucket.profile,
              sample: sampledRows(bucket.sample),
            })),
          settings,
        )
  const judged = judge({
    ...scored,
    rows: { good: current.rows, bad: counts.bad, lost: counts.lost },
    emptyWindows: current.rows === 0 ? emptyBefore + 1 : 0,
    settings: settings.detection,
  })
  const evidence = {
    model: plan.model,
    window: plan.window,
    cut: cutOf(plan),
    profile: profileDigest(encodeProfile(current)),
    reference: {
      name: reference.name,
      profile: reference.profileDigest,
      modelVersion: reference.version,
    },
    binning: reference.binningDigest,
    settings: digestOf({ features: settings.features, detection: settings.detection }),
    detectors: { ...scored.definitions },
  }
  return reportSchema.parse({
    schema: 'driftgate-report/1',
    model: plan.model,
    window: plan.window,
    ...judged,
    rows: { good: current.rows, ...counts, reference: before.rows },
    evidence,
    evidenceDigest: digestOf(evidence),
  })
}
