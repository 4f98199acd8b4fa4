import type pg from 'pg'
import { erasuresOf, lastErasure, shareErasures } from '../adapters/postgres/erasures.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { type ErasedId, ErasedIds, eraseFromSample } from '../profiles/index.ts'

interface Known {
  readonly set: ErasedIds
  readonly ids: readonly ErasedId[]
}

/** What is known by database and model: every slice asks, and erasures are rare. */
const known = new WeakMap<Db, Map<string, Known>>()

/**
 * A sample without the predictions that were erased. Within the transaction that stores it: nothing is erased until that
 * ends, so whatever is erased later finds it.
 */
export async function withoutErased(
  client: pg.PoolClient,
  model: string,
  sample: Uint8Array | null,
): Promise<Uint8Array | null> {
  if (sample === null) return null
  await shareErasures(client)
  const erased = await erasedIdsOf(client, model)
  return erased.none ? sample : (eraseFromSample(sample, erased)?.bytes ?? sample)
}

/** The predictions of a model that were erased by now. */
export async function erasedIdsOf(db: Db, model: string): Promise<ErasedIds> {
  const number = await lastErasure(db)
  const models = known.get(db) ?? new Map<string, Known>()
  known.set(db, models)
  const before = models.get(model)
  if (before?.set.number === number) return before.set
  const after = before?.set.number ?? 0
  const more = await erasuresOf(db, model, { after, upTo: number })
  const ids = [...(before?.ids ?? []), ...more]
  const set = new ErasedIds(number, ids)
  models.set(model, { set, ids })
  return set
}
