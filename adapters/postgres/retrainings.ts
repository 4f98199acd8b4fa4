import type { RetrainInput } from '../../contracts/messages.ts'
import type { TrainingSpec } from '../../contracts/training.ts'
import type { Db } from './pool.ts'

export type RetrainingState =
  | 'prepared'
  | 'submitting'
  | 'submitted'
  | 'succeeded'
  | 'failed'
  | 'lost'

export interface Retraining {
  readonly runKey: string
  readonly model: string
  readonly incident: string | null
  readonly from: Date
  readonly requestedBy: readonly string[]
  readonly reason: string
  readonly state: RetrainingState
  readonly spec: TrainingSpec | null
  readonly specDigest: string | null
  readonly submissionId: string | null
  readonly result: string | null
  readonly preparedAt: Date
  readonly firstSubmittingAt: Date | null
  readonly submittingAt: Date | null
  readonly submittedAt: Date | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  /** Of what the job printed, where it did not succeed. */
  readonly lastLines: readonly string[]
  /** The drill that it belongs to; null: it is a retraining. */
  readonly drill: string | null
  /** As the job reported it; null: it did not. */
  readonly cost: number | null
}

const columns = `
  run_key as "runKey", model, incident, rows_from as "from", requested_by as "requestedBy", reason,
  state, spec, spec_digest as "specDigest", submission_id as "submissionId", result,
  prepared_at as "preparedAt", first_submitting_at as "firstSubmittingAt",
  submitting_at as "submittingAt", submitted_at as "submittedAt", started_at as "startedAt",
  ended_at as "endedAt", last_lines as "lastLines", drill, cost`

/** The intent. Asked again with the same run key it changes nothing. */
export async function insertRetraining(
  db: Db,
  input: RetrainInput,
  settingsDigest: string,
  drill: string | null = null,
): Promise<void> {
  await db.query(
    `insert into retrainings
       (run_key, model, incident, rows_from, requested_by, reason, settings_digest, drill)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (run_key) do nothing`,
    [
      input.runKey,
      input.model,
      input.incident,
      input.from,
      input.requestedBy,
      input.reason,
      settingsDigest,
      drill,
    ],
  )
}

export async function findRetraining(db: Db, runKey: string): Promise<Retraining | null> {
  const { rows } = await db.query<Retraining>(
    `select ${columns} from retrainings where run_key = $1`,
    [runKey],
  )
  return rows[0] ?? null
}

/** Newest first. */
export async function listRetrainings(db: Db, model: string, limit = 50): Promise<Retraining[]> {
  const { rows } = await db.query<Retraining>(
    `select ${columns} from retrainings where model = $1 and drill is null
     order by prepared_at desc, run_key limit $2`,
    [model, limit],
  )
  return rows
}

/**
 * When the model was trained last, as far as is known: when a cluster was asked for a run, or a version began to serve;
 * of a model that saw neither, when its configuration was first applied. Null: it never was.
 */
export async function lastTrained(db: Db, model: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select coalesce(
       greatest(
         (select max(first_submitting_at) from retrainings where model = $1 and drill is null),
         (select max(moved_at) from promotions where model = $1)
       ),
       (select min(applied_at) from config_versions where settings -> 'models' ? $1)
     ) as at`,
    [model],
  )
  return rows[0]?.at ?? null
}

/** The first specification stays: its offset ranges are what the job was told. */
export async function setSpec(
  db: Db,
  runKey: string,
  spec: TrainingSpec,
  digest: string,
): Promise<void> {
  await db.query(
    `update retrainings set spec = $2, spec_digest = $3 where run_key = $1 and spec is null`,
    [runKey, JSON.stringify(spec), digest],
  )
}

/** Written before every request to the cluster, so that a lost answer leaves a trace. */
export async function markSubmitting(db: Db, runKey: string, at: Date): Promise<void> {
  await db.query(
    `update retrainings
     set state = 'submitting', submitting_at = $2,
         first_submitting_at = coalesce(first_submitting_at, $2)
     where run_key = $1 and state in ('prepared', 'submitting')`,
    [runKey, at],
  )
}

/** The cluster took nothing: the next try need not look for a job. */
export async function markRefused(db: Db, runKey: string): Promise<void> {
  await db.query(
    `update retrainings set state = 'prepared'
     where run_key = $1 and state = 'submitting' and submission_id is null`,
    [runKey],
  )
}

export async function markSubmitted(
  db: Db,
  runKey: string,
  submissionId: string,
  at: Date,
): Promise<void> {
  await db.query(
    `update retrainings set state = 'submitted', submission_id = $2, submitted_at = $3
     where run_key = $1 and state in ('prepared', 'submitting')`,
    [runKey, submissionId, at],
  )
}

export async function markStarted(db: Db, runKey: string, at: Date): Promise<void> {
  await db.query(
    `update retrainings set started_at = $2 where run_key = $1 and started_at is null`,
    [runKey, at],
  )
}

export interface EndOfRetraining {
  readonly state: 'succeeded' | 'failed' | 'lost'
  readonly reason: string
  readonly at: Date
  /** As the job reported it. */
  readonly cost?: number | null
  readonly lastLines?: readonly string[]
}

/** The first end stays, except that a lost job may turn out to have ended after all. */
export async function markEnded(db: Db, runKey: string, end: EndOfRetraining): Promise<void> {
  await db.query(
    `update retrainings set state = $2, result = $3, ended_at = $4, cost = $5, last_lines = $6
     where run_key = $1 and state not in ('succeeded', 'failed')`,
    [runKey, end.state, end.reason, end.at, end.cost ?? null, end.lastLines ?? []],
  )
}
