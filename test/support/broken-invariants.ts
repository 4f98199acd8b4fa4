import { readFileSync } from 'node:fs'
import type { Db } from '../../adapters/postgres/pool.ts'

const script = readFileSync(new URL('invariants.sql', import.meta.url), 'utf8')

/** What `invariants.sql` says of a database: `what, partition/offset`, one for each thing that does not hold. */
export async function brokenInvariants(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ broken: string; partition: number; at_offset: string }>(script)
  return rows.map(({ broken, partition, at_offset }) => `${broken}, ${partition}/${at_offset}`)
}
