import { type StewardState, stewardStateSchema } from '../../contracts/steward.ts'
import type { Db } from './pool.ts'

export async function upsertSteward(db: Db, state: StewardState, savedAt: Date): Promise<void> {
  await db.query(
    `insert into stewards (model, state, saved_at) values ($1, $2, $3)
     on conflict (model) do update set state = excluded.state, saved_at = excluded.saved_at`,
    [state.model, JSON.stringify(state), savedAt],
  )
}

/** The state after the latest event that was saved; null for a model that nothing happened to. */
export async function findSteward(db: Db, model: string): Promise<StewardState | null> {
  const { rows } = await db.query<{ state: unknown }>(
    'select state from stewards where model = $1',
    [model],
  )
  return rows[0] === undefined ? null : stewardStateSchema.parse(rows[0].state)
}

/** Of every model that something happened to. */
export async function listStewards(db: Db): Promise<StewardState[]> {
  const { rows } = await db.query<{ state: unknown }>('select state from stewards order by model')
  return rows.map(({ state }) => stewardStateSchema.parse(state))
}
