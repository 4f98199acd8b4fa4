import { type Binning, binningSchema } from '../../contracts/binning.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Db } from './pool.ts'

/** A binning by its digest. It is there: readings and profiles refer to it. */
export async function binningOf(db: Db, digest: string): Promise<Binning> {
  const { rows } = await db.query<{ binning: unknown }>(
    'select binning from binnings where digest = $1',
    [digest],
  )
  if (rows[0] === undefined) {
    throw new DriftgateError('INTERNAL', { reason: `the binning ${digest} is not stored` })
  }
  return binningSchema.parse(rows[0].binning)
}
