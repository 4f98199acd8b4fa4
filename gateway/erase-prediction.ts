import type pg from 'pg'
import { countInLetters } from '../adapters/postgres/erase-letters.ts'
import { countRows, eraseRows, type IdInTables } from '../adapters/postgres/erase-rows.ts'
import { countInParts, countInReferences } from '../adapters/postgres/erase-samples.ts'
import {
  type AskedErasure,
  lockErasures,
  noteErased,
  recordErasure,
} from '../adapters/postgres/erasures.ts'
import { type Db, transaction } from '../adapters/postgres/pool.ts'
import { formatsOfModel, readingsOfModel } from '../adapters/postgres/readings.ts'
import type { ErasedCount } from '../contracts/erasure.ts'
import { holdSeveralRows } from '../formats/index.ts'
import {
  ErasedIds,
  eraseFromSample,
  lineBeginning,
  needlesOf,
  sha256,
  spellingsOf,
  storedId,
} from '../profiles/index.ts'

const inTables = (model: string, id: string): IdInTables => ({
  ...{ model, stored: storedId(id), json: JSON.stringify(id) },
})

/**
 * Puts an erasure on record and removes what tables find by the id, in one transaction: from then on nothing of it is stored
 * again. What has to be looked for (samples, dead letters) is left to `finishErasure`. Returns its number.
 */
export async function beginErasure(
  pool: pg.Pool,
  asked: Omit<AskedErasure, 'digest' | 'needles'>,
): Promise<number> {
  const { model, id } = asked
  const severalRows = holdSeveralRows(await formatsOfModel(pool, model))
  return transaction(pool, async (client) => {
    await lockErasures(client)
    const digest = sha256(id)
    const number = await recordErasure(client, {
      ...asked,
      digest,
      needles: needlesOf(id, severalRows),
    })
    for (const { place, rows } of await eraseRows(client, inTables(model, id))) {
      await noteErased(client, number, place, rows)
    }
    return number
  })
}

/** What an erasure would remove, by place. */
export async function erasable(db: Db, model: string, id: string): Promise<ErasedCount[]> {
  const own = new ErasedIds(0, [{ digest: sha256(id), needles: [] }])
  const sampled = {
    ...{ number: 0, model, line: lineBeginning(id) },
    erase: (bytes: Uint8Array) => eraseFromSample(bytes, own),
  }
  let samples = 0
  for (const reading of await readingsOfModel(db, model)) {
    samples += await countInParts(db, reading, sampled)
  }
  const { references, proposals } = await countInReferences(db, sampled)
  const severalRows = holdSeveralRows(await formatsOfModel(db, model))
  const spellings = spellingsOf(id, severalRows).map((spelling) => Buffer.from(spelling))
  const letters = await countInLetters(db, { model, spellings })
  const found: ErasedCount[] = [
    ...(await countRows(db, inTables(model, id))),
    { place: 'samples', rows: samples },
    { place: 'references', rows: references },
    { place: 'proposals', rows: proposals },
    { place: 'dead_letters', rows: letters },
  ]
  return found.filter(({ rows }) => rows > 0)
}
