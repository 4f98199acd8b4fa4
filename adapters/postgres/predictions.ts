import type pg from 'pg'
import { copyIn } from './copy-in.ts'
import type { KeptPredictions } from './prediction-rows.ts'

/** Within the transaction of what brings them. Their days must exist, see `ensurePredictionDays`. */
export async function insertPredictions(
  client: pg.PoolClient,
  kept: KeptPredictions | null,
  table = 'predictions',
): Promise<void> {
  if (kept === null || kept.rows === 0) return
  await copyIn(client, { table, columns: kept.columns }, kept.bytes)
}

/** Those of a repair, whose number is only known within its transaction. */
export async function insertRepairedPredictions(
  client: pg.PoolClient,
  kept: KeptPredictions | null,
  repair: number,
): Promise<void> {
  if (kept === null || kept.rows === 0) return
  const columns = kept.columns.map((column) => `"${column}"`).join(', ')
  await client.query(
    'create temp table repaired_predictions (like predictions including defaults) on commit drop',
  )
  await insertPredictions(client, kept, 'repaired_predictions')
  await client.query(
    `insert into predictions (${columns}, repair) select ${columns}, $1 from repaired_predictions`,
    [repair],
  )
}
