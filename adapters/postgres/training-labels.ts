import type pg from 'pg'
import { eachOfCursor } from './cursor.ts'
import { transaction } from './pool.ts'

/** What holds under a prediction id: a number, or a class by its name. */
export interface HeldLabel {
  readonly id: string
  readonly at: Date
  readonly label: number | string
}

/**
 * The label that holds under every prediction id of a reading, of one moment: the latest event time, of equal times the one
 * that lies last in the log. What was withdrawn since is left out. In the order of the ids.
 */
export function eachHeldLabel(
  pool: pg.Pool,
  reading: string,
  onLabel: (label: HeldLabel) => void,
  signal?: AbortSignal,
): Promise<void> {
  return transaction(pool, async (db) => {
    await db.query(
      `declare held no scroll cursor for
       select id, at, value, class from (
         select distinct on (id collate "C") id, at, value, class from labels
         where reading = (select number from readings where id = $1)
         order by id collate "C", at desc, partition desc, "offset" desc) l
       where value is not null or class is not null
       order by id collate "C"`,
      [reading],
    )
    await eachOfCursor<{ id: string; at: Date; value: number | null; class: string | null }>(
      db,
      'held',
      ({ id, at, value, class: name }) => onLabel({ id, at, label: value ?? (name as string) }),
      signal,
    )
  })
}
