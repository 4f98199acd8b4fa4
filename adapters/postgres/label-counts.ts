import type pg from 'pg'
import { type DeadLetter, insertDeadLetters } from './dead-letters.ts'
import { ensurePartitions } from './partitions.ts'
import { type Db, transaction } from './pool.ts'

/** One count: labels of a model whose event time is at or after `since`. */
export interface LabelCount {
  readonly model: string
  readonly since: Date
}

/** Where a partition of the label topic was read up to, beginning at `first` when it never was. */
export async function labelPosition(
  db: Db,
  { model, since }: LabelCount,
  partition: number,
  first: bigint,
): Promise<bigint> {
  await db.query(
    `insert into label_counts (model, since, partition, next_offset) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [model, since, partition, String(first)],
  )
  const { rows } = await db.query<{ next: string }>(
    `select next_offset as next from label_counts
     where model = $1 and since = $2 and partition = $3`,
    [model, since, partition],
  )
  return BigInt(rows[0]?.next ?? first)
}

export interface CountedStretch {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  readonly labels: readonly { readonly id: string; readonly timeMs: number }[]
  readonly deadLetters: readonly DeadLetter[]
}

/** Position, labels and dead letters in one transaction. False: somebody else read this stretch, nothing was written. */
export async function countStretch(
  pool: pg.Pool,
  { model, since }: LabelCount,
  { topic, partition, from, to, labels, deadLetters }: CountedStretch,
): Promise<boolean> {
  await ensurePartitions(
    pool,
    'dead_letters',
    deadLetters.map(({ at }) => at),
  )
  return transaction(pool, async (db) => {
    const moved = await db.query(
      `update label_counts set next_offset = $5
       where model = $1 and since = $2 and partition = $3 and next_offset = $4`,
      [model, since, partition, String(from), String(to)],
    )
    if (moved.rowCount !== 1) return false
    await db.query(
      `insert into counted_labels (model, since, id, at)
       select $1, $2, id, min(at) from unnest($3::text[], $4::timestamptz[]) as l(id, at)
       group by id order by id
       on conflict do nothing`,
      [...[model, since, labels.map(({ id }) => id)], labels.map(({ timeMs }) => new Date(timeMs))],
    )
    await insertDeadLetters(db, { reading: '', topic, partition }, deadLetters)
    return true
  })
}

/** Distinct predictions with a label, and the latest event time among them. */
export async function countedLabels(
  db: Db,
  { model, since }: LabelCount,
): Promise<{ labels: number; upTo: Date | null }> {
  const { rows } = await db.query<{ labels: string; upTo: Date | null }>(
    `select count(*) as labels, max(at) as "upTo" from counted_labels
     where model = $1 and since = $2`,
    [model, since],
  )
  return { labels: Number(rows[0]?.labels), upTo: rows[0]?.upTo ?? null }
}
