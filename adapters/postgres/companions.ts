import type { Db } from './pool.ts'

/** Another reading of the same log, decoded in the same way. */
export interface Companion {
  readonly model: string
  readonly reading: string
  readonly head: bigint
}

/**
 * The readings in force of other models, and the one that is counted beside, that decode the same log in the same way as this one, and are in this
 * partition at or ahead of an offset, the nearest first. How they count differs: by features, paths, binning, segments, buckets.
 */
export async function companionsOf(
  db: Db,
  reading: string,
  partition: number,
  from: bigint,
  beside: string | null = null,
): Promise<Companion[]> {
  const { rows } = await db.query<{ model: string; reading: string; head: string }>(
    `with own as (
       select model, topic, topic_id, definition from readings where id = $1
     ), current as (
       select distinct on (r.model) r.id, r.model, r.topic_id, r.definition
       from readings r join own o on o.topic = r.topic and (o.model <> r.model or r.id = $4) and r.content = 'predictions'
       order by r.model, (select max(recorded_at) from cuts c where c.model = r.model and c.reading = r.id)
         desc nulls last, r.created_at desc, r.id
     )
     select c.model, c.id as reading, h.head
     from current c
     join ledger_heads h on h.reading = c.id and h.partition = $2 and h.head >= $3
     join own o on c.topic_id is not distinct from o.topic_id
       and c.definition->'format' = o.definition->'format'
       and c.definition->'options' is not distinct from o.definition->'options'
       and c.definition->'kind' is not distinct from o.definition->'kind'
     order by h.head, c.id`,
    [reading, partition, String(from), beside],
  )
  return rows.map(({ head, ...rest }) => ({ ...rest, head: BigInt(head) }))
}
