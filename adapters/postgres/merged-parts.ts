import type { PartPlace } from '../../contracts/storage.ts'
import { joinsPartition } from './parts.ts'
import type { Db } from './pool.ts'
import { openedRows, rowRules, type SealedColumn } from './row-cipher.ts'

/** Buckets of a reading, and the larger slots that they lie in, milliseconds. */
export interface Slots {
  readonly reading: string
  readonly anchorMs: number
  readonly bucketMs: number
  readonly slotMs: number
}

/** Starts of the slots in which something may have to be done, in ascending order. */
export async function slotsToLookAt(
  db: Db,
  { reading, anchorMs, slotMs }: Slots,
  before: { readonly parts: Date; readonly samples: Date },
): Promise<number[]> {
  const slot = 'floor((extract(epoch from bucket) * 1000 - $2::float8) / $3::float8)'
  const { rows } = await db.query<{ slot: string }>(
    `select ${slot} as slot from parts where reading = $1 and segment = '' group by 1
     union
     select ${slot} from merged_parts where reading = $1 and segment = ''
     group by 1 having count(*) > count(distinct version)
     union
     select ${slot} from merged_parts where reading = $1 and segment = '' and lifted_at is null
       and (read_at < $4 or sample is not null and read_at < $5)
     order by 1`,
    [reading, anchorMs, slotMs, before.parts, before.samples],
  )
  return rows.map((row) => anchorMs + Number(row.slot) * slotMs)
}

/** Every part of a slot that was read before a moment, merged or not. */
export async function partsOfSlot(
  db: Db,
  { reading, bucketMs, slotMs }: Slots,
  startMs: number,
  settledBefore: Date,
): Promise<PartPlace[]> {
  const { rows } = await db.query<{
    number: string | null
    bucket: Date
    until: Date
    version: string
    segment: string
    partitions: number[]
    froms: string[]
    tos: string[]
    counts: string[]
    repair: string
    bytes: number
    sampled: boolean
    read_at: Date
    lifted: boolean
  }>(
    `select null as number, p.bucket, p.bucket + $4::float8 * interval '1 millisecond' as until, p.version, p.segment,
            array[p.partition] as partitions, array[p.from_offset]::text[] as froms,
            array[p.to_offset]::text[] as tos, array[p.rows]::text[] as counts, p.repair,
            octet_length(p.profile) + coalesce(octet_length(p.sample), 0) as bytes,
            p.sample is not null as sampled, coalesce(r.committed_at, s.committed_at, j.joined_at) as read_at,
            false as lifted
     from parts p left join ledger_slices s using (reading, partition, from_offset)
     left join ledger_repairs r on r.reading = p.reading and r.number = p.repair
     left join joins j on p.partition = -1 and j.reading = p.reading and j.number = p.to_offset
     where p.reading = $1 and p.bucket >= $2 and p.bucket < $3
       and coalesce(r.committed_at, s.committed_at, j.joined_at) < $5
     union all
     select number, bucket, until, version, segment, partitions, froms::text[], tos::text[], counts::text[], repair,
            coalesce(octet_length(profile), 0) + coalesce(octet_length(sample), 0),
            sample is not null, read_at, lifted_at is not null
     from merged_parts where reading = $1 and bucket >= $2 and bucket < $3
     order by bucket, version, segment, number, partitions, froms, repair`,
    [reading, new Date(startMs), new Date(startMs + slotMs), bucketMs, settledBefore],
  )
  return rows.map((row) => ({
    number: row.number,
    bucketMs: row.bucket.getTime(),
    untilMs: row.until.getTime(),
    version: row.version,
    segment: row.segment,
    reach: row.partitions.map((partition, i) => ({
      partition,
      from: BigInt(row.froms[i] as string),
      to: BigInt(row.tos[i] as string),
      rows: Number(row.counts[i]),
    })),
    repair: Number(row.repair),
    bytes: row.bytes,
    sampled: row.sampled,
    readAtMs: row.read_at.getTime(),
    lifted: row.lifted,
  }))
}

export interface TakenBytes {
  readonly profile: Uint8Array | null
  readonly sample: Uint8Array | null
}

/**
 * Takes parts out, and notes at their slices, repairs and joins that these rows are elsewhere now. Null: somebody else was faster with one
 * of them; the transaction must not go on.
 */
export async function takeParts(
  db: Db,
  reading: string,
  parts: readonly PartPlace[],
): Promise<TakenBytes[] | null> {
  const merged = parts.filter(({ number }) => number !== null)
  const read = parts.filter(({ number }) => number === null)
  const places = [
    reading,
    read.map(({ bucketMs }) => new Date(bucketMs)),
    read.map(({ reach }) => reach[0]?.partition),
    read.map(({ reach }) => String(reach[0]?.from)),
    read.map(({ version }) => version),
    read.map(({ segment }) => segment),
    read.map(({ repair }) => repair),
  ]
  const { rows: small } = await db.query<StoredBytes>(
    `delete from parts p using unnest($2::timestamptz[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
       as t(bucket, partition, from_offset, version, segment, repair)
     where p.reading = $1 and p.bucket = t.bucket and p.partition = t.partition and p.from_offset = t.from_offset
       and p.version = t.version and p.segment = t.segment and p.repair = t.repair
     returning p.profile, p.sample, p.key_id`,
    places,
  )
  const { rows: large } = await db.query<StoredBytes>(
    `delete from merged_parts m using unnest($2::timestamptz[], $3::bigint[]) as t(bucket, number)
     where m.reading = $1 and m.bucket = t.bucket and m.number = t.number returning m.profile, m.sample, m.key_id`,
    [reading, merged.map(({ bucketMs }) => new Date(bucketMs)), merged.map(({ number }) => number)],
  )
  if (small.length !== read.length || large.length !== merged.length) return null
  await noteMoved(
    db,
    reading,
    read.filter(({ segment }) => segment === ''),
  )
  return [
    ...(await opened(db, reading, 'parts.sample', small)),
    ...(await opened(db, reading, 'merged_parts.sample', large)),
  ]
}

type StoredBytes = TakenBytes & { readonly key_id: string | null }

const opened = (db: Db, reading: string, column: SealedColumn, rows: readonly StoredBytes[]) =>
  openedRows(db, { reading }, rows, ({ profile, sample, key_id: keyId }, cipher) => ({
    ...{ profile, sample: sample && cipher.open(column, sample, keyId) },
  }))

/** At what brought the rows of parts: a slice, a repair of one, or a join. */
async function noteMoved(db: Db, reading: string, parts: readonly PartPlace[]): Promise<void> {
  const isOfJoin = ({ reach }: PartPlace) => reach[0]?.partition === joinsPartition
  const read = parts.filter((part) => !isOfJoin(part))
  for (const [table, isAt, chosen] of [
    [
      'ledger_slices',
      's.partition = t.partition and s.from_offset = t.place',
      read.filter(({ repair }) => repair === 0),
    ],
    [
      'ledger_repairs',
      's.partition = t.partition and s.number = t.place',
      read.filter(({ repair }) => repair > 0),
    ],
    ['joins', 's.number = t.place + 1', parts.filter(isOfJoin)],
  ] as const) {
    if (chosen.length === 0) continue
    await db.query(
      `update ${table} s set moved_rows = s.moved_rows + t.rows
       from (select partition, place, sum(rows) as rows
             from unnest($2::int[], $3::bigint[], $4::bigint[]) as u(partition, place, rows)
             group by partition, place) t
       where s.reading = $1 and ${isAt}`,
      [
        reading,
        chosen.map(({ reach }) => reach[0]?.partition),
        chosen.map(({ reach, repair }) => String(repair > 0 ? repair : reach[0]?.from)),
        chosen.map(({ reach }) => reach[0]?.rows),
      ],
    )
  }
}

/** Puts a merged part in. Its partition of the table must exist, see `ensurePartitions`. Returns its number. */
export async function putMerged(
  db: Db,
  reading: string,
  part: PartPlace,
  { profile, sample }: TakenBytes,
  liftedAt: Date | null,
): Promise<string> {
  const rules = sample === null ? null : await rowRules(db, { reading })
  const kept = rules === null || rules.never ? null : rules.cipher
  const sealed = sample && kept?.seal('merged_parts.sample', sample)
  const { rows } = await db.query<{ number: string }>(
    `insert into merged_parts
       (reading, bucket, until, version, segment, partitions, froms, tos, counts, repair, rows, profile, sample,
        read_at, lifted_at, key_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning number`,
    [
      ...[reading, new Date(part.bucketMs), new Date(part.untilMs), part.version, part.segment],
      part.reach.map(({ partition }) => partition),
      part.reach.map(({ from }) => String(from)),
      part.reach.map(({ to }) => String(to)),
      part.reach.map(({ rows }) => rows),
      ...[part.repair, part.reach.reduce((sum, { rows }) => sum + rows, 0)],
      ...[profile && Buffer.from(profile), sealed && Buffer.from(sealed)],
      ...[new Date(part.readAtMs), liftedAt, sealed && (kept?.keyId ?? null)],
    ],
  )
  return rows[0]?.number as string
}

export async function dropSamples(
  db: Db,
  reading: string,
  parts: readonly PartPlace[],
): Promise<void> {
  await db.query(
    `update merged_parts m set sample = null, key_id = null from unnest($2::timestamptz[], $3::bigint[]) as t(bucket, number)
     where m.reading = $1 and m.bucket = t.bucket and m.number = t.number`,
    [reading, parts.map(({ bucketMs }) => new Date(bucketMs)), parts.map(({ number }) => number)],
  )
}

/**
 * Since when a stretch of event time does not hold all of its rows any more: something of it was lifted, or rolled up
 * beyond one end of it. Null: it does.
 */
export async function goneSince(
  db: Db,
  reading: string,
  { start, end }: { start: Date; end: Date },
): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select min(coalesce(lifted_at, read_at)) as at from merged_parts
     where reading = $1 and segment = '' and bucket < $3 and until > $2
       and (lifted_at is not null or bucket < $2 or until > $3)`,
    [reading, start, end],
  )
  return rows[0]?.at ?? null
}

/** When counts of event time in [start, end) were lifted first; null: all that were read are there. */
export async function liftedIn(
  db: Db,
  reading: string,
  { start, end }: { start: Date; end: Date },
): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select min(lifted_at) as at from merged_parts
     where reading = $1 and segment = '' and bucket < $3 and until > $2 and lifted_at is not null`,
    [reading, start, end],
  )
  return rows[0]?.at ?? null
}
