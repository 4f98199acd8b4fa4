import type { Metrics, TrainingMarker } from '../../contracts/training.ts'
import type { Db } from './pool.ts'

export interface Candidate {
  readonly runKey: string
  readonly model: string
  readonly version: string
  /** File name -> SHA-256. */
  readonly files: Readonly<Record<string, string>>
  readonly markerDigest: string
  readonly metrics: Metrics
  readonly trainedOn: { readonly start: string; readonly end: string }
  readonly heldOut: { readonly start: string; readonly end: string }
  readonly comparison: unknown
  readonly registeredAt: Date
}

const columns = `
  run_key as "runKey", model, version, files, marker_digest as "markerDigest", metrics, comparison,
  registered_at as "registeredAt",
  jsonb_build_object('start', lower(trained_on), 'end', upper(trained_on)) as "trainedOn",
  jsonb_build_object('start', lower(held_out), 'end', upper(held_out)) as "heldOut"`

/** Registered again with the same run key it changes nothing. */
export async function insertCandidate(
  db: Db,
  candidate: {
    readonly model: string
    readonly version: string
    readonly marker: TrainingMarker
    readonly markerDigest: string
    readonly metrics: Metrics
  },
): Promise<void> {
  const { marker } = candidate
  await db.query(
    `insert into candidates
       (run_key, model, version, files, marker_digest, metrics, trained_on, held_out)
     values ($1, $2, $3, $4, $5, $6, tstzrange($7, $8, '[]'), tstzrange($9, $10, '[]'))
     on conflict (run_key) do nothing`,
    [
      marker.runKey,
      candidate.model,
      candidate.version,
      JSON.stringify(marker.files),
      candidate.markerDigest,
      JSON.stringify(candidate.metrics),
      marker.trainedOn.start,
      marker.trainedOn.end,
      marker.heldOut.start,
      marker.heldOut.end,
    ],
  )
}

export async function findCandidate(db: Db, runKey: string): Promise<Candidate | null> {
  const { rows } = await db.query<Candidate>(
    `select ${columns} from candidates where run_key = $1`,
    [runKey],
  )
  return rows[0] ?? null
}

export async function findCandidateByVersion(
  db: Db,
  model: string,
  version: string,
): Promise<Candidate | null> {
  const { rows } = await db.query<Candidate>(
    `select ${columns} from candidates where model = $1 and version = $2`,
    [model, version],
  )
  return rows[0] ?? null
}

export async function setComparison(db: Db, runKey: string, comparison: unknown): Promise<void> {
  await db.query('update candidates set comparison = $2 where run_key = $1', [
    runKey,
    JSON.stringify(comparison),
  ])
}
