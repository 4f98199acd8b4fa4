import type { LabelledPrediction, LabelledWindow } from './labelled-predictions.ts'
import type { Db } from './pool.ts'

/** What is known of some predictions of a window and of their labels, by stored id; of a repeated one, the first. */
export async function labelledOf(
  db: Db,
  window: LabelledWindow,
  ids: readonly string[],
): Promise<Map<string, LabelledPrediction>> {
  const { reading, start, end, cut, repairs, began, labelReading, labelCut, labelRepairs } = window
  const { rows } = await db.query<Omit<LabelledPrediction, 'at'> & { at: Date }>(
    `select p.at, p.id, p.version, p.score, p.prediction, p.segments, coalesce(l.said, false) as said, l.value, l.class
     from predictions p
     left join lateral (
       select true as said, value, class from labels
       where id = p.id and reading = (select number from readings where id = $7)
         and "offset" < coalesce(($8::jsonb ->> partition::text)::bigint, 0) and repair <= $10
       order by at desc, partition desc, "offset" desc limit 1) l on true
     where p.id = any($9) and p.reading = (select number from readings where id = $1)
       and p.at >= $2 and p.at < $3
       and p.from_offset < coalesce(($4::jsonb ->> p.partition::text)::bigint, 0)
       and p.from_offset >= coalesce(($6::jsonb ->> p.partition::text)::bigint, p.from_offset)
       and p.repair <= $5
     order by p.id collate "C", p.partition, p."offset"`,
    [
      ...[reading, start, end, JSON.stringify(cut), repairs],
      ...[began === null ? null : JSON.stringify(began), labelReading, JSON.stringify(labelCut)],
      ...[ids, labelRepairs],
    ],
  )
  const known = new Map<string, LabelledPrediction>()
  for (const row of rows) {
    if (!known.has(row.id))
      known.set(row.id, { ...row, at: row.at.getTime() } as LabelledPrediction)
  }
  return known
}
