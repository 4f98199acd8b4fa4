import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from } from 'pg-copy-streams'

/** A table and the columns that the rows hold, in their order. */
export interface CopyInto {
  readonly table: string
  readonly columns: readonly string[]
}

/** Writes rows in the binary form of COPY (`CopyBytes`) within the transaction of a connection. Returns how many. */
export async function copyIn(
  client: pg.PoolClient,
  { table, columns }: CopyInto,
  bytes: Uint8Array,
): Promise<number> {
  const names = columns.map((column) => `"${column}"`).join(', ')
  const copying = client.query(from(`copy ${table} (${names}) from stdin (format binary)`))
  copying.end(bytes)
  await finished(copying)
  return copying.rowCount
}
