import type pg from 'pg'
import { erasuresOf, lastErasure, shareErasures } from '../adapters/postgres/erasures.ts'
import { ErasedIds, eraseFromSample } from '../profiles/index.ts'

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
  const upTo = await lastErasure(client)
  const erased = new ErasedIds(upTo, await erasuresOf(client, model, { upTo }))
  return erased.none ? sample : (eraseFromSample(sample, erased)?.bytes ?? sample)
}
