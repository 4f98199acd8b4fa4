import type { Health } from '../../contracts/rollout.ts'
import type { ModelRollout } from '../../contracts/rollout-settings.ts'
import type { Db } from './pool.ts'

/** As the workflow of a release keeps it. */
export interface RolloutRow<State> {
  readonly release: string
  readonly model: string
  readonly state: State
  readonly settings: ModelRollout
  readonly health: Health | null
  readonly beganAt: Date
}

export async function findRollout<State>(
  db: Db,
  release: string,
): Promise<RolloutRow<State> | null> {
  const { rows } = await db.query<RolloutRow<State>>(
    `select release, model, state, settings, health, began_at as "beganAt"
     from rollouts where release = $1`,
    [release],
  )
  return rows[0] ?? null
}

/** Begins it; one that has begun stays as it is. */
export async function insertRollout(
  db: Db,
  row: { release: string; model: string; state: object; settings: ModelRollout },
  at: Date,
): Promise<void> {
  await db.query(
    `insert into rollouts (release, model, state, settings, began_at, changed_at)
     values ($1, $2, $3, $4, $5, $5) on conflict (release) do nothing`,
    [row.release, row.model, JSON.stringify(row.state), JSON.stringify(row.settings), at],
  )
}

export async function saveRollout(db: Db, release: string, state: object, at: Date): Promise<void> {
  await db.query('update rollouts set state = $2, changed_at = $3 where release = $1', [
    release,
    JSON.stringify(state),
    at,
  ])
}

export async function saveHealth(db: Db, release: string, health: Health): Promise<void> {
  await db.query('update rollouts set health = $2 where release = $1', [
    release,
    JSON.stringify(health),
  ])
}
