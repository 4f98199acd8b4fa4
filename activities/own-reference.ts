import type { Db } from '../adapters/postgres/pool.ts'
import {
  type ReferenceAsked,
  referenceInForce,
  type StoredReference,
} from '../adapters/postgres/references.ts'
import { DriftgateError } from '../contracts/errors.ts'

/**
 * What the windows of a version are held against: the version's own reference, else the newest one of the model. Throws
 * REFERENCE_MISSING.
 */
export async function ownOrNewest(
  db: Db,
  model: string,
  version: string | null,
  asked: Omit<ReferenceAsked, 'version'>,
): Promise<StoredReference> {
  const own = version === null ? null : await referenceInForce(db, model, { ...asked, version })
  const reference = own ?? (await referenceInForce(db, model, asked))
  if (reference === null) throw new DriftgateError('REFERENCE_MISSING', { model })
  return reference
}
