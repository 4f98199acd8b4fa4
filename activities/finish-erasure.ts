import type pg from 'pg'
import { eraseFromLetters } from '../adapters/postgres/erase-letters.ts'
import { eraseFromParts, eraseFromReferences } from '../adapters/postgres/erase-samples.ts'
import { endErasure, idAtWork, listErasures } from '../adapters/postgres/erasures.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { formatsOfModel, readingsOfModel } from '../adapters/postgres/readings.ts'
import type { ErasedResult } from '../contracts/erasure.ts'
import { holdSeveralRows } from '../formats/index.ts'
import {
  ErasedIds,
  eraseFromSample,
  lineBeginning,
  sha256,
  spellingsOf,
} from '../profiles/index.ts'

export interface FinishErasure {
  readonly model: string
  /** Its number. */
  readonly erasure: number
}

export interface ErasureOptions {
  readonly signal?: AbortSignal
  /** Told after every transaction how many there were. */
  readonly onStep?: (steps: number) => void
}

/**
 * What an erasure has still to remove beside the rows that went when it was asked for: rows of samples, and bytes of dead
 * letters. Nothing of it comes back meanwhile, since whoever stores anything knows of the erasure. Each step is a
 * transaction that leaves everything right, so that it can be killed anywhere and begun again; once done it changes nothing.
 *
 * Errors: POSTGRES_UNREACHABLE (retryable).
 */
export async function finishErasure(
  { db }: { readonly db: pg.Pool },
  { model, erasure }: FinishErasure,
  { signal, onStep }: ErasureOptions = {},
): Promise<ErasedResult> {
  const id = await idAtWork(db, model, erasure)
  if (id !== null) {
    let steps = 0
    const step = () => {
      signal?.throwIfAborted()
      onStep?.(++steps)
    }
    const sampled = sampleErasure(model, id, erasure)
    for (const reading of await readingsOfModel(db, model)) {
      await eraseFromParts(db, reading, sampled, step)
    }
    await eraseFromReferences(db, sampled)
    step()
    const several = holdSeveralRows(await formatsOfModel(db, model))
    const spellings = spellingsOf(id, several).map((spelling) => Buffer.from(spelling))
    await eraseFromLetters(db, { number: erasure, model, spellings }, step)
    await transaction(db, (client) => endErasure(client, erasure))
  }
  const [record] = await listErasures(db, model, { number: erasure })
  return { removed: record?.removed ?? [] }
}

function sampleErasure(model: string, id: string, number: number) {
  const own = new ErasedIds(number, [{ digest: sha256(id), needles: [] }])
  return {
    ...{ number, model, line: lineBeginning(id) },
    erase: (bytes: Uint8Array) => eraseFromSample(bytes, own),
  }
}
