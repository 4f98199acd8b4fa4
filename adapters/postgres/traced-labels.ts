import type { TracedLabel } from '../../contracts/trace.ts'
import type { Db } from './pool.ts'

/** Labels that are told of one id. */
const mostLabels = 100

/** What was said of a prediction (its id as it is stored) in the newest reading of a model's labels; the last word first. */
export async function tracedLabels(db: Db, model: string, id: string): Promise<TracedLabel[]> {
  const { rows } = await db.query<{
    topic: string
    partition: number
    offset: string
    at: Date
    readAt: Date
    value: number | null
    class: string | null
  }>(
    `select r.topic, l.partition, l."offset", l.at, s.committed_at as "readAt", l.value, l.class
     from (select id, number, topic from readings where model = $1 and content = 'labels'
           order by created_at desc, id limit 1) r
     join labels l on l.reading = r.number and l.id = $2
     join ledger_slices s on s.reading = r.id and s.partition = l.partition and s.from_offset = l.from_offset
     order by l.at desc, l.partition desc, l."offset" desc limit ${mostLabels}`,
    [model, id],
  )
  return rows.map(({ at, readAt, value, class: name, ...place }, index) => ({
    ...place,
    ...{ at: at.toISOString(), readAt: readAt.toISOString() },
    ...{ label: name ?? value, holds: index === 0 },
  }))
}
