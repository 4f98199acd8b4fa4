import type { Db } from './pool.ts'

/** Rows that are fetched at once. */
const mostAtOnce = 5_000

/** Every row of a cursor that the transaction declared, in its order. Throws the reason of the signal. */
export async function eachOfCursor<Row>(
  db: Db,
  cursor: string,
  onRow: (row: Row) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const { rows } = await db.query<Row & object>(`fetch ${mostAtOnce} from ${cursor}`)
    for (const row of rows) onRow(row)
    if (rows.length < mostAtOnce) return
  }
}
