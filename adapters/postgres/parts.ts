import type { Db } from './pool.ts'

export interface StoredPart {
  readonly version: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  readonly sample: Uint8Array | null
}

/** Per partition -> offset: only slices that end at or below count. */
export type Cut = Readonly<Record<string, string>>

/** Parts of all rows in the buckets in [start, end) that lie below the cut, in an order that is always the same. */
export async function partsBelow(
  db: Db,
  reading: string,
  window: { start: Date; end: Date },
  cut: Cut,
): Promise<StoredPart[]> {
  const { rows } = await db.query<Omit<StoredPart, 'rows'> & { rows: string }>(
    `select p.version, p.bucket, p.rows, p.profile, p.sample
     from parts p join jsonb_each_text($4) c on c.key::int = p.partition
     where p.reading = $1 and p.bucket >= $2 and p.bucket < $3 and p.to_offset <= c.value::bigint
       and p.segment = ''
     order by p.bucket, p.version, p.partition, p.from_offset`,
    [reading, window.start, window.end, JSON.stringify(cut)],
  )
  return rows.map((row) => ({ ...row, rows: Number(row.rows) }))
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
  cut: Cut,
  version: string,
): Promise<StoredSegmentPart[]> {
  const { rows } = await db.query<StoredSegmentPart>(
    `select p.segment, p.bucket, p.profile
     from parts p join jsonb_each_text($4) c on c.key::int = p.partition
     where p.reading = $1 and p.bucket >= $2 and p.bucket < $3 and p.to_offset <= c.value::bigint
       and p.version = $5 and p.segment <> ''
     order by p.segment collate "C", p.bucket, p.partition, p.from_offset`,
    [reading, window.start, window.end, JSON.stringify(cut), version],
  )
  return rows
}

/** Sums of the slices between two cuts: what was passed on the way to a window. */
export async function passedBetween(
  db: Db,
  reading: string,
  after: Cut,
  upTo: Cut,
): Promise<{ bad: number; foreign: number; lost: number }> {
  const { rows } = await db.query<{ bad: string; foreign: string; lost: string }>(
    `select coalesce(sum(bad), 0) as bad, coalesce(sum(foreign_rows), 0) as foreign,
            coalesce(sum(lost), 0) as lost
     from ledger_slices s
     join jsonb_each_text($3) c on c.key::int = s.partition
     left join jsonb_each_text($2) a on a.key::int = s.partition
     where s.reading = $1 and s.to_offset <= c.value::bigint
       and s.from_offset >= coalesce(a.value::bigint, 0)`,
    [reading, JSON.stringify(after), JSON.stringify(upTo)],
  )
  const [row] = rows
  return { bad: Number(row?.bad), foreign: Number(row?.foreign), lost: Number(row?.lost) }
}

/** Rows between two cuts whose event time lies before `start`: they came too late for their own window. */
export async function lateRows(
  db: Db,
  reading: string,
  start: Date,
  after: Cut,
  upTo: Cut,
): Promise<number> {
  const { rows } = await db.query<{ late: string }>(
    `select coalesce(sum(p.rows), 0) as late
     from parts p
     join jsonb_each_text($4) c on c.key::int = p.partition
     join jsonb_each_text($3) a on a.key::int = p.partition
     where p.reading = $1 and p.segment = '' and p.bucket < $2 and p.to_offset <= c.value::bigint
       and p.from_offset >= a.value::bigint`,
    [reading, start, JSON.stringify(after), JSON.stringify(upTo)],
  )
  return Number(rows[0]?.late)
}
