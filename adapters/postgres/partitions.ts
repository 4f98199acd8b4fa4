import type { Db } from './pool.ts'

/**
 * Makes the yearly partitions that hold these times. Called before a transaction that inserts, never inside one:
 * making a partition locks the whole table, and two transactions that had already inserted would wait for each other.
 */
export async function ensurePartitions(
  db: Db,
  table: 'parts' | 'merged_parts' | 'dead_letters' | 'verdicts',
  times: readonly Date[],
): Promise<void> {
  for (const year of new Set(times.map((at) => at.getUTCFullYear()))) {
    await db.query('select ensure_partition($1::regclass, $2)', [
      table,
      new Date(Date.UTC(year, 6)),
    ])
  }
}
