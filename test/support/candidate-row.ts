import type pg from 'pg'
import type { Comparison } from '../../contracts/comparison.ts'

/** A registered and compared candidate of a model against version 1, as the training steps leave it. */
export async function insertCandidate(
  db: pg.Pool,
  runKey: string,
  version: string,
  model = 'm',
  comparison?: Comparison,
): Promise<void> {
  const metrics = { rows: 100, accuracy: 0.9, auc: 0.9, brier: 0.05, log_loss: 0.2 }
  await db.query(
    `insert into retrainings (run_key, model, rows_from, requested_by, reason, settings_digest)
     values ($1, $2, now(), '{}', '', '') on conflict do nothing`,
    [runKey, model],
  )
  await db.query(
    `insert into candidates (run_key, model, version, files, marker_digest, metrics, trained_on,
       held_out, comparison)
     values ($1, $5, $2, '{}', 'marker', $3, '[2024-01-01,2024-01-20]', '[2024-01-20,2024-01-30]', $4)
     on conflict do nothing`,
    [
      runKey,
      version,
      metrics,
      { champion: metrics, candidate: metrics, championVersion: '1', comparison },
      model,
    ],
  )
}
