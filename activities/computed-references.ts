import type pg from 'pg'
import { listIncidents } from '../adapters/postgres/incidents.ts'
import { versionPartsBelow } from '../adapters/postgres/parts.ts'
import { belowOf, verdictNamesBetween } from '../adapters/postgres/verdicts.ts'
import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { type OpenLook, referencesReach } from '../judging/computed-references.ts'
import { openDrift } from '../policies/incidents.ts'
import { feedsReference, type Piece } from '../policies/references.ts'
import { decodeProfile, decodeSample } from '../profiles/index.ts'

/** Whether a window may be part of a reference, by the verdicts up to a number and the incidents of now. */
export async function feedsOnRecord(
  db: pg.Pool,
  settings: ModelSettings,
  { model, window }: ScanPlan,
  longestLook: number,
  known: number,
): Promise<(windowStartMs: number) => boolean> {
  const start = Date.parse(window.start)
  const from = new Date(start - referencesReach(settings, longestLook))
  const [verdicts, incidents] = await Promise.all([
    verdictNamesBetween(db, model, { from, to: new Date(start), known }),
    listIncidents(db, model),
  ])
  const open = openDrift(incidents)
  return feedsReference(verdicts, open === undefined ? null : Date.parse(open.firstWindow.start))
}

/** Where the rows of references are. */
export interface StoredRows {
  readonly settings: ModelSettings
  /** The plan of the window's first verdict: a reference is as of then, however often the window is judged. */
  readonly plan: ScanPlan
  /** The model version whose rows are judged: a score is held against scores of the same version. */
  readonly version: string
  readonly binning: Binning
}

/**
 * Reads the parts of all looks once, a day at a time, and adds each to every look that wants its bucket. Parts below
 * the cut never change, so the same pieces give the same bytes.
 */
export const fillFromParts =
  (db: pg.Pool, { settings, plan, version, binning }: StoredRows) =>
  async (looks: readonly OpenLook[]): Promise<void> => {
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
    const below = belowOf(plan)
    for (const { start, end } of stretchesOf([...wanting.keys()], bucket)) {
      const stretch = { start: new Date(start), end: new Date(end) }
      const at = [db, plan.reading, stretch, below] as const
      for (const part of await versionPartsBelow(...at, version, wanted)) {
        // Buckets that were rolled up are of a piece that wants them all, or of none.
        const untilMs = part.until?.getTime() ?? 0
        const takers = (wanting.get(part.bucket.getTime()) ?? []).filter(
          ({ piece }) => untilMs <= piece.end,
        )
        if (takers.length === 0) continue
        const profile = decodeProfile(part.profile, binning)
        const sample = part.sample === null ? null : decodeSample(part.sample)
        for (const { look, piece } of takers) look.take(piece, part.segment, profile, sample)
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
