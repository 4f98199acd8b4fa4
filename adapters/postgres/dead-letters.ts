import type { DeadLetterCause, DeadLetterView } from '../../contracts/dead-letters.ts'
import type { Db } from './pool.ts'
import { openedRows, type RowRules, rowRules } from './row-cipher.ts'

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
  const rules = await rowRules(db, { reading })
  const kept = letters.map((letter) => keptOf(letter, rules))
  await db.query(
    `insert into dead_letters (reading, topic, partition, "offset", code, reason, field, bytes, at, key_id)
     select $1, $2, $3, *, $10 from unnest(
       $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::timestamptz[])
     on conflict do nothing`,
    [
      ...[reading, topic, partition],
      letters.map(({ offset }) => String(offset)),
      letters.map(({ code }) => code),
      kept.map(({ reason }) => reason),
      letters.map(({ field }) => field),
      kept.map(({ bytes }) => bytes && Buffer.from(bytes)),
      letters.map(({ at }) => at),
      rules.never ? null : rules.cipher.keyId,
    ],
  )
}

/** How the reason of a letter stands of a model that lets nothing of its rows be kept. */
export const reasonNotKept = 'what it said of the record is not kept (data.rows: never)'

/**
 * What of a letter is stored. A reason may quote the record; letters are grouped by it, so equal ones stay equal. The field
 * is one that the configuration names.
 */
export function keptOf(
  { reason, bytes }: Pick<DeadLetter, 'reason' | 'bytes'>,
  { never, cipher }: RowRules,
): Pick<DeadLetter, 'reason' | 'bytes'> {
  if (never) return { reason: reasonNotKept, bytes: null }
  return {
    reason: cipher.sealSame('dead_letters.reason', reason),
    bytes: bytes && cipher.seal('dead_letters.bytes', bytes),
  }
}

/** Logs of one model whose dead letters are looked at: pairs of a reading and a topic. */
export type LetterLog = Pick<LetterPlace, 'reading' | 'topic'>

/** How many nobody could read yet, and how many a repair could. */
export async function countLetters(
  db: Db,
  logs: readonly LetterLog[],
): Promise<{ unread: number; repaired: number }> {
  const { rows } = await db.query<{ unread: number; repaired: number }>(
    `select count(*) filter (where repair is null)::int as unread, count(repair)::int as repaired
     from dead_letters join unnest($1::text[], $2::text[]) as l(reading, topic) using (reading, topic)`,
    pairs(logs),
  )
  return { unread: rows[0]?.unread ?? 0, repaired: rows[0]?.repaired ?? 0 }
}

/**
 * Unread dead letters by cause, the most frequent first, each with its newest letter: the field that could not be
 * read, or the reason where none is to blame.
 */
export async function causesOf(
  db: Db,
  logs: readonly LetterLog[],
  limit = 100,
): Promise<DeadLetterCause[]> {
  const { rows } = await db.query<
    Pick<DeadLetterCause, 'topic' | 'code' | 'field' | 'letters'> & {
      first: Date
      last: Date
      partition: number
      offset: string
      at: Date
      reason: string
      bytes: Buffer | null
      key_id: string | null
    }
  >(
    `with unread as (
       select d.*, case when field is null then reason end as said
       from dead_letters d join unnest($1::text[], $2::text[]) as l(reading, topic) using (reading, topic)
       where repair is null
     ), causes as (
       select topic, code, field, said, count(*)::int as letters, min(at) as first, max(at) as last
       from unread group by topic, code, field, said
       order by letters desc, topic, code, field, said limit $3
     )
     select c.topic, c.code, c.field, c.letters, c.first, c.last,
            e.partition, e."offset", e.at, e.reason, e.bytes, e.key_id
     from causes c cross join lateral (
       select partition, "offset", at, reason, bytes, key_id from unread u
       where u.topic = c.topic and u.code = c.code and u.field is not distinct from c.field
         and u.said is not distinct from c.said
       order by at desc, partition, "offset" desc limit 1) e
     order by c.letters desc, c.topic, c.code, c.field, c.said`,
    [...pairs(logs), limit],
  )
  const opened = await openedRows(db, ownerOf(logs), rows, ({ key_id: keyId, ...row }, cipher) => ({
    ...row,
    reason: cipher.openText('dead_letters.reason', row.reason, keyId),
    bytes: row.bytes && Buffer.from(cipher.open('dead_letters.bytes', row.bytes, keyId)),
  }))
  return opened.map(({ topic, code, field, letters, first, last, ...example }) => ({
    ...{ topic, code, field, letters },
    first: first.toISOString(),
    last: last.toISOString(),
    example: {
      ...{ topic, code, field, ...example },
      at: example.at.toISOString(),
      bytes: example.bytes?.toString('base64') ?? null,
    },
  }))
}

const ownerOf = (logs: readonly LetterLog[]) => ({ reading: logs[0]?.reading ?? '' })

const pairs = (logs: readonly LetterLog[]): [string[], string[]] => [
  logs.map(({ reading }) => reading),
  logs.map(({ topic }) => topic),
]

/** Unread dead letters, the newest first. */
export async function listDeadLetters(
  db: Db,
  logs: readonly LetterLog[],
  limit = 100,
): Promise<DeadLetterView[]> {
  const { rows } = await db.query<Omit<DeadLetterView, 'at'> & { at: Date; key_id: string | null }>(
    `select topic, partition, "offset", code, reason, field, at, key_id
     from dead_letters join unnest($1::text[], $2::text[]) as l(reading, topic) using (reading, topic)
     where repair is null order by at desc, partition, "offset" desc limit $3`,
    [...pairs(logs), limit],
  )
  return openedRows(db, ownerOf(logs), rows, ({ at, key_id: keyId, ...row }, cipher) => ({
    ...row,
    reason: cipher.openText('dead_letters.reason', row.reason, keyId),
    at: at.toISOString(),
  }))
}
