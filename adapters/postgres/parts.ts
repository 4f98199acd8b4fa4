import type { Db } from './pool.ts'
import { openedSamples, type SealedSample, sealedSamples } from './sealed-samples.ts'

export interface StoredPart {
  readonly version: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  readonly sample: Uint8Array | null
}

/** Per partition -> offset: only slices that end at or below count. */
export type Cut = Readonly<Record<string, string>>

/** The partition of what joins of requests and responses came to; its offsets are their numbers. */
export const joinsPartition = -1

/** What a window may hold. */
export interface Below {
  readonly cut: Cut
  /** Repairs of these slices count up to this number. */
  readonly repairs: number
  /** Where the reading began: slices below and earlier buckets do not count. Absent: at the beginning of the log. */
  readonly began?: { readonly windowsFrom: string; readonly offsets: Cut }
  /** When the cut was taken: what lies above it was read later. */
  readonly recordedAt?: Date
}

export interface SlicePart {
  readonly version: string
  readonly segment: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  /** Null for a segment: the rows are in the sample of all rows. */
  readonly sample: Uint8Array | null
}

/** Parts of a slice, or of a repair of it. */
export interface InsertedParts {
  readonly reading: string
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  /** 0: of the slice itself. */
  readonly repair: number
  readonly parts: readonly SlicePart[]
}

/**
 * Their partitions must exist, see `ensurePartitions`. The bytes of all parts go as one parameter, since the client
 * sends one as it is, and each of a list as hexadecimal text.
 */
export async function insertParts(db: Db, inserted: InsertedParts): Promise<void> {
  const { reading, partition, from, to, repair, parts } = inserted
  if (parts.length === 0) return
  const profiles = joined(parts.map(({ profile }) => profile))
  const kept = await sealedSamples(db, reading, parts)
  const samples = joined(kept.samples)
  await db.query(
    `insert into parts
       (reading, partition, from_offset, to_offset, repair, version, segment, bucket, rows, profile, sample,
        key_id)
     select $1, $2, $3, $4, $5, version, segment, bucket, rows,
       substr($6::bytea, profile_at, profile_length), substr($7::bytea, sample_at, sample_length),
       case when sample_length is not null then $16::text end
     from unnest($8::text[], $9::text[], $10::timestamptz[], $11::bigint[], $12::int[], $13::int[], $14::int[],
       $15::int[]) p (version, segment, bucket, rows, profile_at, profile_length, sample_at, sample_length)`,
    [
      ...[reading, partition, String(from), String(to), repair, profiles.bytes, samples.bytes],
      parts.map(({ version }) => version),
      parts.map(({ segment }) => segment),
      parts.map(({ bucket }) => bucket),
      parts.map(({ rows }) => rows),
      ...[profiles.at, profiles.lengths, samples.at, samples.lengths, kept.keyId],
    ],
  )
}

/** Bytes one after the other; where each begins, counted from 1, and its length, null where there are none. */
function joined(each: readonly (Uint8Array | null)[]) {
  const lengths = each.map((bytes) => bytes?.length ?? null)
  let next = 1
  const at = lengths.map((length) => {
    next += length ?? 0
    return next - (length ?? 0)
  })
  return { bytes: Buffer.concat(each.filter((bytes) => bytes !== null)), at, lengths }
}

const told = 'version, segment, bucket, rows, profile, sample, key_id, repair'

/** Parts in the buckets of a window that a cut holds, merged or not; the parameters are those of `placeOf`. */
const partsIn = `from (
     select ${told}, partition, from_offset as place, null as until, 'parts.sample' as sealed_in
     from parts p join jsonb_each_text($4) c on c.key::int = p.partition
     left join jsonb_each_text($6) b on b.key::int = p.partition
     where p.reading = $1 and p.bucket >= $2 and p.bucket < $3 and p.to_offset <= c.value::bigint
       and p.from_offset >= coalesce(b.value::bigint, 0) and p.repair <= $5
     union all
     select ${told}, null, number, until, 'merged_parts.sample'
     from merged_parts m
     where m.reading = $1 and m.bucket >= $2 and m.bucket < $3 and m.lifted_at is null and m.repair <= $5
       and lies_below(m.partitions, m.tos, $4) and lies_after(m.partitions, m.froms, $6)
   ) p`

function placeOf(
  reading: string,
  { start, end }: { start: Date; end: Date },
  { cut, repairs, began }: Below,
): unknown[] {
  const from = began === undefined ? start : new Date(began.windowsFrom)
  const first = from > start ? from : start
  const offsets = JSON.stringify(began?.offsets ?? {})
  return [reading, first, end, JSON.stringify(cut), repairs, offsets]
}

/** Parts of all rows in the buckets in [start, end) that lie below the cut, in an order that is always the same. */
export async function partsBelow(
  db: Db,
  reading: string,
  window: { start: Date; end: Date },
  below: Below,
): Promise<StoredPart[]> {
  const { rows } = await db.query<SealedSample<Omit<StoredPart, 'rows'> & { rows: string }>>(
    `select p.version, p.bucket, p.rows, p.profile, p.sample, p.key_id, p.sealed_in
     ${partsIn} where p.segment = ''
     order by p.bucket, p.version, p.partition, p.place, p.repair`,
    placeOf(reading, window, below),
  )
  const opened = await openedSamples(db, { reading }, rows)
  return opened.map((row) => ({ ...row, rows: Number(row.rows) }))
}

/** How many rows the buckets in [start, end) hold below the cut, of every version. */
export async function rowsBelow(
  db: Db,
  reading: string,
  window: { start: Date; end: Date },
  below: Below,
): Promise<number> {
  const { rows } = await db.query<{ rows: string }>(
    `select coalesce(sum(p.rows), 0) as rows
     ${partsIn} where p.segment = ''`,
    placeOf(reading, window, below),
  )
  return Number(rows[0]?.rows)
}

export interface VersionPart extends Omit<StoredPart, 'version' | 'rows'> {
  /** '': all rows. */
  readonly segment: string
  /** The end of its event time, where it is of more than one slice; null: of its bucket. */
  readonly until: Date | null
}

/**
 * Parts of one model version in the buckets in [start, end) that lie below the cut, of all rows and, when asked, of
 * segments; samples only when asked.
 */
export async function versionPartsBelow(
  db: Db,
  reading: string,
  stretch: { start: Date; end: Date },
  below: Below,
  version: string,
  wanted: { readonly segments: boolean; readonly samples: boolean },
): Promise<VersionPart[]> {
  const { rows } = await db.query<SealedSample<VersionPart>>(
    `select p.segment, p.bucket, p.until, p.profile, case when $8 then p.sample end as sample,
            case when $8 then p.key_id end as key_id, p.sealed_in
     ${partsIn} where p.version = $7 and (p.segment = '' or $9)`,
    [...placeOf(reading, stretch, below), version, wanted.samples, wanted.segments],
  )
  return openedSamples(db, { reading }, rows)
}

export interface StoredSegmentPart {
  readonly segment: string
  readonly bucket: Date
  readonly profile: Uint8Array
}

/** Parts of the segments of one model version in the buckets in [start, end) that lie below the cut. */
export async function segmentPartsBelow(
  db: Db,
  reading: string,
  window: { start: Date; end: Date },
  below: Below,
  version: string,
): Promise<StoredSegmentPart[]> {
  const { rows } = await db.query<StoredSegmentPart>(
    `select p.segment, p.bucket, p.profile
     ${partsIn} where p.segment <> '' and p.version = $7
     order by p.segment collate "C", p.bucket, p.partition, p.place, p.repair`,
    [...placeOf(reading, window, below), version],
  )
  return rows
}

export interface Passed {
  readonly bad: number
  readonly foreign: number
  readonly lost: number
  /** Rows with an event time after the broker's, and with an id that their slice had before. */
  readonly ahead: number
  readonly repeated: number
}

/** Partitions in which nothing at all arrived between two cuts, in ascending order. */
export const silentBetween = (after: Cut, upTo: Cut): number[] =>
  Object.keys(upTo)
    .filter((partition) => after[partition] === upTo[partition])
    .map(Number)
    .sort((left, right) => left - right)

/**
 * Sums of the slices between two cuts: what was passed on the way to a window; `touching`: of the slices with rows in
 * it, for a window that was planned after later ones. What repairs could read since, up to the later cut's, is not bad
 * any more.
 */
export async function passedBetween(
  db: Db,
  reading: string,
  after: Below,
  upTo: Below,
  touching?: { start: Date; end: Date },
): Promise<Passed> {
  const { rows } = await db.query<Record<keyof Passed, string>>(
    `select coalesce(sum(s.bad - coalesce(r.good + r.foreign_rows, 0)), 0) as bad,
            coalesce(sum(s.foreign_rows + coalesce(r.foreign_rows, 0)), 0) as foreign,
            coalesce(sum(s.lost), 0) as lost, coalesce(sum(s.ahead), 0) as ahead,
            coalesce(sum(s.repeated), 0) as repeated
     from ledger_slices s
     join ledger_heads h using (reading, partition)
     join jsonb_each_text($3) c on c.key::int = s.partition
     left join jsonb_each_text($2) a on a.key::int = s.partition
     left join (select partition, from_offset, sum(good) as good, sum(foreign_rows) as foreign_rows
                from ledger_repairs where reading = $1 and number <= $4 group by partition, from_offset) r
       using (partition, from_offset)
     where s.reading = $1 and s.to_offset <= c.value::bigint
       and case when $5::timestamptz is null then s.from_offset >= coalesce(a.value::bigint, h.opened)
           else exists (
             select from parts p where p.reading = $1 and p.partition = s.partition
               and p.from_offset = s.from_offset and p.bucket >= $5 and p.bucket < $6)
             or exists (
             select from merged_parts m cross join unnest(m.partitions, m.froms, m.tos) as r(at, since, upto)
             where m.reading = $1 and m.segment = '' and m.bucket >= $5 and m.bucket < $6
               and r.at = s.partition and s.from_offset >= r.since and s.to_offset <= r.upto) end`,
    [
      ...[reading, JSON.stringify(after.cut), JSON.stringify(upTo.cut), upTo.repairs],
      ...[touching?.start ?? null, touching?.end ?? null],
    ],
  )
  const [row] = rows
  return {
    bad: Number(row?.bad),
    foreign: Number(row?.foreign),
    lost: Number(row?.lost),
    ahead: Number(row?.ahead),
    repeated: Number(row?.repeated),
  }
}

/**
 * Rows between two cuts whose event time lies before `start`: they came too late for their own window, or could only
 * be read after a repair. None where there is no cut before.
 */
export async function lateRows(
  db: Db,
  reading: string,
  start: Date,
  after: Below,
  upTo: Below,
): Promise<number> {
  const { rows } = await db.query<{ late: string }>(
    `select coalesce((
       select sum(p.rows) from parts p
       join jsonb_each_text($4) c on c.key::int = p.partition
       left join jsonb_each_text($3) a on a.key::int = p.partition
       where p.reading = $1 and p.segment = '' and p.bucket < $2 and p.to_offset <= c.value::bigint
         and $3 <> '{}'::jsonb and p.repair <= $6
         and (p.from_offset >= coalesce(a.value::bigint, 0) or p.repair > $5)), 0)
     + coalesce((
       select sum(m.rows) from merged_parts m
       where m.reading = $1 and m.segment = '' and m.bucket < $2 and $3 <> '{}'::jsonb and m.repair <= $6
         and m.read_at >= coalesce($7, '-infinity'::timestamptz) - interval '1 hour'
         and lies_below(m.partitions, m.tos, $4)
         and (lies_after(m.partitions, m.froms, $3) or m.repair > $5)), 0) as late`,
    [
      ...[reading, start, JSON.stringify(after.cut), JSON.stringify(upTo.cut)],
      ...[after.repairs, upTo.repairs, after.recordedAt ?? null],
    ],
  )
  return Number(rows[0]?.late)
}
