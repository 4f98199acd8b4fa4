import type pg from 'pg'
import type { LabelledRow } from '../../contracts/performance.ts'
import { eachOfCursor } from './cursor.ts'
import type { WindowToMeasure } from './performances.ts'
import { transaction } from './pool.ts'

/** A prediction as it is kept, whatever label it has. */
export interface KeptPrediction
  extends Pick<LabelledRow, 'version' | 'score' | 'prediction' | 'segments'> {
  readonly id: string
}

/** Every prediction of a window below the cut of its log, in the order of their ids. */
export function eachPrediction(
  pool: pg.Pool,
  { reading, start, end, cut, repairs, began }: WindowToMeasure,
  onRow: (row: KeptPrediction) => void,
  signal?: AbortSignal,
): Promise<void> {
  return transaction(pool, async (db) => {
    await db.query(
      `declare kept no scroll cursor for
       select p.id, p.version, p.score, p.prediction, p.segments from predictions p
       where p.reading = (select number from readings where id = $1) and p.at >= $2 and p.at < $3
         and p.from_offset < coalesce(($4::jsonb ->> p.partition::text)::bigint, 0)
         and p.from_offset >= coalesce(($6::jsonb ->> p.partition::text)::bigint, p.from_offset)
         and p.repair <= $5
       order by p.id collate "C", p.partition, p."offset"`,
      [
        ...[reading, start, end, JSON.stringify(cut), repairs],
        began === null ? null : JSON.stringify(began),
      ],
    )
    await eachOfCursor<KeptPrediction>(db, 'kept', onRow, signal)
  })
}
