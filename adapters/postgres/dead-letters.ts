import type { Db } from './pool.ts'

/** A record that could not be read. */
export interface DeadLetter {
  readonly offset: bigint
  readonly code: string
  readonly reason: string
  /** Only when the configuration allows to keep them. */
  readonly bytes: Uint8Array | null
  /** When the broker received it. */
  readonly at: Date
}

/** The same record again changes nothing. Its partitions must exist, see `ensurePartitions`. */
export async function insertDeadLetters(
  db: Db,
  topic: string,
  partition: number,
  letters: readonly DeadLetter[],
): Promise<void> {
  if (letters.length === 0) return
  await db.query(
    `insert into dead_letters (topic, partition, "offset", code, reason, bytes, at)
     select $1, $2, * from unnest($3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
     on conflict do nothing`,
    [
      topic,
      partition,
      letters.map(({ offset }) => String(offset)),
      letters.map(({ code }) => code),
      letters.map(({ reason }) => reason),
      letters.map(({ bytes }) => (bytes === null ? null : Buffer.from(bytes))),
      letters.map(({ at }) => at),
    ],
  )
}

export interface StoredDeadLetter extends Omit<DeadLetter, 'bytes'> {
  readonly topic: string
  readonly partition: number
}

/** The newest first. */
export async function listDeadLetters(
  db: Db,
  topic: string,
  limit = 100,
): Promise<StoredDeadLetter[]> {
  const { rows } = await db.query<Omit<StoredDeadLetter, 'offset'> & { offset: string }>(
    `select topic, partition, "offset", code, reason, at from dead_letters where topic = $1
     order by at desc, partition, "offset" desc limit $2`,
    [topic, limit],
  )
  return rows.map((row) => ({ ...row, offset: BigInt(row.offset) }))
}
