import type pg from 'pg'
import type { LabelledRow } from '../../contracts/performance.ts'
import { eachOfCursor } from './cursor.ts'
import type { Cut } from './parts.ts'
import { transaction } from './pool.ts'

/** What of a window is measured: predictions below a cut of their log, with the labels below one of theirs. */
export interface LabelledWindow {
  readonly reading: string
  readonly start: Date
  readonly end: Date
  readonly cut: Cut
  readonly repairs: number
  /** Where the reading began when the cut was taken; null: nothing was backfilled into it. */
  readonly began: Cut | null
  readonly labelReading: string
  readonly labelCut: Cut
  /** Of labels, repairs up to this number count. */
  readonly labelRepairs: number
}

/** With the id of the prediction, as it is stored. */
export interface LabelledPrediction extends LabelledRow {
  readonly id: string
}

/**
 * Every prediction of a window with its label, in the order of their ids: the label of the latest event time, of equal
 * times the one that lies last in the log.
 */
export function eachLabelled(
  pool: pg.Pool,
  window: LabelledWindow,
  onRow: (row: LabelledPrediction) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { reading, start, end, cut, repairs, began, labelReading, labelCut, labelRepairs } = window
  return transaction(pool, async (db) => {
    await db.query(
      `declare labelled no scroll cursor for
       select p.id, p.at, p.version, p.score, p.prediction, p.segments, l.said, l.value, l.class
       from predictions p
       left join lateral (
         select true as said, value, class from labels
         where id = p.id and reading = (select number from readings where id = $7)
           and "offset" < coalesce(($8::jsonb ->> partition::text)::bigint, 0) and repair <= $9
         order by at desc, partition desc, "offset" desc limit 1) l on true
       where p.reading = (select number from readings where id = $1) and p.at >= $2 and p.at < $3
         and p.from_offset < coalesce(($4::jsonb ->> p.partition::text)::bigint, 0)
         and p.from_offset >= coalesce(($6::jsonb ->> p.partition::text)::bigint, p.from_offset)
         and p.repair <= $5
       order by p.id collate "C", p.partition, p."offset"`,
      [
        ...[reading, start, end, JSON.stringify(cut), repairs],
        ...[began === null ? null : JSON.stringify(began), labelReading, JSON.stringify(labelCut)],
        labelRepairs,
      ],
    )
    await eachOfCursor<
      Omit<LabelledPrediction, 'said' | 'at'> & { said: boolean | null; at: Date }
    >(
      db,
      'labelled',
      (row) => onRow({ ...row, at: row.at.getTime(), said: row.said ?? false }),
      signal,
    )
  })
}
