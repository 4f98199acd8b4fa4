import type { Db } from './pool.ts'

/** A record that could not be read. */
export interface DeadLetter {
  readonly offset: bigint
  readonly code: string
  readonly reason: string
  /** The part of the record that could not be read; null where none is to blame. */
  readonly field: string | null
  /** Only when the configuration allows to keep them. */
  readonly bytes: Uint8Array | null
  /** When the broker received it. */
  readonly at: Date
}

/** Where dead letters were met. */
export interface LetterPlace {
  /** Empty for labels, which have none. */
  readonly reading: string
  readonly topic: string
  readonly partition: number
}

/** The same record again changes nothing. Its partitions must exist, see `ensurePartitions`. */
export async function insertDeadLetters(
  db: Db,
  { reading, topic, partition }: LetterPlace,
  letters: readonly DeadLetter[],
): Promise<void> {
  if (letters.length === 0) return
  await db.query(
    `insert into dead_letters (reading, topic, partition, "offset", code, reason, field, bytes, at)
     select $1, $2, $3, * from unnest(
       $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::timestamptz[])
     on conflict do nothing`,
    [
      ...[reading, topic, partition],
      letters.map(({ offset }) => String(offset)),
      letters.map(({ code }) => code),
      letters.map(({ reason }) => reason),
      letters.map(({ field }) => field),
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
    `select topic, partition, "offset", code, reason, field, at from dead_letters where topic = $1
     order by at desc, partition, "offset" desc limit $2`,
    [topic, limit],
  )
  return rows.map((row) => ({ ...row, offset: BigInt(row.offset) }))
}
