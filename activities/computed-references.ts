import type pg from 'pg'
import { listIncidents } from '../adapters/postgres/incidents.ts'
import { versionPartsBelow } from '../adapters/postgres/parts.ts'
import { belowOf, verdictNamesBetween } from '../adapters/postgres/verdicts.ts'
import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReferenceEvidence, Unused } from '../contracts/reference-report.ts'
import type { ReferenceSettings } from '../contracts/reference-settings.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { localTimeIn } from '../formats/local-time.ts'
import {
  feedsReference,
  joinedPieces,
  type Piece,
  type ReferenceGrid,
  reachOf,
  rollingPieces,
  sameHourPieces,
  unusedBecause,
  type Wanted,
} from '../policies/references.ts'
import {
  createProfile,
  createSample,
  decodeProfile,
  decodeSample,
  mergeProfiles,
  mergeSamples,
  type Profile,
  type Sample,
} from '../profiles/index.ts'

/** A reference that is merged from parts of the log, for one look. */
export interface ComputedLook {
  /** Of the reference. */
  readonly name: string
  readonly windows: number
  readonly profile: Profile
  readonly sample: Sample
  /** Of the look at the window itself: segment -> its profile. */
  readonly segments: ReadonlyMap<string, Profile>
  /** Event time that was merged. */
  readonly merged: readonly Piece[]
  readonly unused: Unused | null
}

export interface ComputedReferences {
  readonly settings: ModelSettings
  /** The plan of the window's first verdict: a reference is as of then, however often the window is judged. */
  readonly plan: ScanPlan
  /** The model version whose rows are judged: a score is held against scores of the same version. */
  readonly version: string
  readonly binning: Binning
  /** Lengths of the looks in windows, the window itself (1) among them. */
  readonly looks: readonly number[]
  /** Of the verdict on record, which fixed what was merged; absent: the window is judged for the first time. */
  readonly recorded?: readonly ReferenceEvidence[]
}

/**
 * The references that are merged from earlier parts of the log, by name, each with one entry per look. None holds a
 * window of the look. Parts below the cut never change, so the same pieces give the same bytes.
 *
 * Errors: HOLIDAYS_NOT_READ where a file of holidays was not read when the configuration was applied.
 */
export async function computedReferences(
  db: pg.Pool,
  asked: ComputedReferences,
): Promise<Map<string, ComputedLook[]>> {
  const { settings, plan, recorded = [] } = asked
  const named = Object.entries(settings.references).filter(([, { kind }]) => kind !== 'training')
  if (named.length === 0) return new Map()
  const grid = await gridOf(db, asked)
  const looks = named.flatMap(([name, reference]) => {
    const before = recorded.find((one) => one.name === name)?.looks
    return asked.looks.map((windows): OpenLook => {
      const wanted = wantedOf(reference, windows, grid, plan)
      const merged = before?.find((look) => look.windows === windows)?.merged
      return {
        ...{ name, windows, held: new Set(), segments: new Map() },
        wanted: merged === undefined ? wanted : { ...wanted, pieces: instants(merged) },
        profile: createProfile(asked.binning),
        sample: createSample(),
      }
    })
  })
  await fill(db, asked, looks)
  const { minimumRows } = settings.detection
  const ready = looks.map((look) => closed(look, minimumRows))
  return Map.groupBy(ready, ({ name }) => name)
}

async function gridOf(
  db: pg.Pool,
  { settings, plan, looks }: ComputedReferences,
): Promise<ReferenceGrid> {
  const { length, bucket, anchor } = settings.window
  const start = Date.parse(plan.window.start)
  const reach = Math.max(...Object.values(settings.references).map(reachOf))
  const from = start - Math.max(...looks) * length - reach
  const [verdicts, incidents] = await Promise.all([
    verdictNamesBetween(db, plan.model, new Date(from), new Date(start)),
    listIncidents(db, plan.model),
  ])
  const open = incidents.find(({ kind, state }) => kind === 'DRIFT' && state === 'open')
  const since = open === undefined ? null : Date.parse(open.firstWindow.start)
  return { length, bucket, anchorMs: Date.parse(anchor), feeds: feedsReference(verdicts, since) }
}

/** What a look at so many windows wants. */
function wantedOf(
  reference: ReferenceSettings,
  windows: number,
  grid: ReferenceGrid,
  { window }: ScanPlan,
): Wanted {
  const endMs = Date.parse(window.end)
  const look = { startMs: endMs - windows * grid.length, endMs }
  if (reference.kind === 'rolling') return rollingPieces(reference, look, grid)
  const { zone = 'UTC', weeks, holidays = [] } = reference
  if (typeof holidays === 'string')
    throw new DriftgateError('HOLIDAYS_NOT_READ', { file: holidays })
  return sameHourPieces({ ...(weeks && { weeks }), holidays }, look, grid, localTimeIn(zone))
}

const instants = (merged: readonly (readonly [string, string])[]): Piece[] =>
  merged.map(([start, end]) => ({ start: Date.parse(start), end: Date.parse(end) }))

/** One look while it is filled. */
interface OpenLook {
  readonly name: string
  readonly windows: number
  readonly wanted: Wanted
  /** Those in which there were rows. */
  readonly held: Set<Piece>
  readonly profile: Profile
  readonly sample: Sample
  readonly segments: Map<string, Profile>
}

/** Reads the parts of all looks once, a day at a time, and adds each to every look that wants its bucket. */
async function fill(
  db: pg.Pool,
  { settings, plan, version, binning }: ComputedReferences,
  looks: readonly OpenLook[],
): Promise<void> {
  const { bucket } = settings.window
  const wanting = new Map<number, { look: OpenLook; piece: Piece }[]>()
  for (const look of looks) {
    for (const piece of look.wanted.pieces) {
      for (let at = piece.start; at < piece.end; at += bucket) {
        wanting.set(at, [...(wanting.get(at) ?? []), { look, piece }])
      }
    }
  }
  const wanted = {
    segments: binning.segments !== undefined,
    samples: (settings.detection.rows ?? []).length > 0,
  }
  for (const { start, end } of stretchesOf([...wanting.keys()], bucket)) {
    const stretch = { start: new Date(start), end: new Date(end) }
    const below = belowOf(plan)
    for (const part of await versionPartsBelow(db, plan.reading, stretch, below, version, wanted)) {
      const takers = wanting.get(part.bucket.getTime()) ?? []
      if (takers.length === 0) continue
      const profile = decodeProfile(part.profile, binning)
      const sample = part.sample === null ? null : decodeSample(part.sample)
      for (const { look, piece } of takers) {
        if (part.segment === '') {
          look.held.add(piece)
          mergeProfiles(look.profile, profile)
          if (sample !== null) mergeSamples(look.sample, sample)
        } else if (look.windows === 1) {
          const known = look.segments.get(part.segment) ?? createProfile(binning)
          mergeProfiles(known, profile)
          look.segments.set(part.segment, known)
        }
      }
    }
  }
}

const dayMs = 86_400_000

/** Stretches of at most a day that hold all the buckets: what is in memory at once. */
function stretchesOf(buckets: readonly number[], bucketMs: number): Piece[] {
  const stretches: Piece[] = []
  for (const start of buckets.toSorted((left, right) => left - right)) {
    const last = stretches.at(-1)
    const end = start + bucketMs
    if (last !== undefined && start - last.end < bucketMs && end - last.start <= dayMs) {
      stretches[stretches.length - 1] = { ...last, end }
    } else stretches.push({ start, end })
  }
  return stretches
}

function closed(look: OpenLook, minimumRows: number): ComputedLook {
  const { name, windows, profile, sample, segments, wanted } = look
  const merged = joinedPieces([...look.held])
  const ms = merged.reduce((sum, { start, end }) => sum + end - start, 0)
  const unused = unusedBecause(wanted, { ms, rows: profile.rows }, minimumRows)
  return { name, windows, profile, sample, segments, merged, unused }
}
