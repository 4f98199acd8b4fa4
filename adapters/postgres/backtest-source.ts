import type { ReadingDefinition } from '../../contracts/reading.ts'
import type { Cut } from './parts.ts'
import type { Db } from './pool.ts'
import { openedSamples, type SealedSample } from './sealed-samples.ts'

export interface BacktestReading {
  readonly id: string
  readonly definition: ReadingDefinition
  readonly binning: string
  readonly first: Date | null
  readonly last: Date | null
}

/** The readings of a model, the newest first, and which buckets they hold. */
export async function backtestReadings(db: Db, model: string): Promise<BacktestReading[]> {
  const { rows } = await db.query<BacktestReading>(
    `select r.id, r.definition, r.binning, least(p.first, m.first) as first, greatest(p.last, m.last) as last
     from readings r
     cross join lateral (
       select min(bucket) as first, max(bucket) as last from parts where reading = r.id and segment = '') p
     cross join lateral (
       select min(bucket) as first, max(bucket) as last from merged_parts
       where reading = r.id and segment = '' and lifted_at is null) m
     where r.model = $1 and r.content = 'predictions' order by r.created_at desc, r.id`,
    [model],
  )
  return rows
}

export interface PlannedWindow {
  readonly start: Date
  readonly end: Date
  readonly plannedAt: Date
  readonly reading: string
  readonly cut: Cut
  readonly repairs: string
  readonly windowsFrom: Date | null
  readonly began: Cut | null
  readonly beside: unknown
  readonly lifted: Date | null
  readonly erased: Date | null
  readonly judgedAt: Date | null
  readonly report: unknown
  readonly looks: Readonly<Record<string, never>> | null
}

/** Windows that start in [from, to), in order of time, at most so many; `looks` where they are asked for. */
export async function plannedWindows(
  db: Db,
  model: string,
  { from, to, looks, limit }: { from: Date; to: Date; looks: boolean; limit: number },
): Promise<PlannedWindow[]> {
  const { rows } = await db.query<PlannedWindow>(
    `select c.window_start as start, c.window_end as "end", c.recorded_at as "plannedAt", c.reading, c.cut,
            c.repairs, c.windows_from as "windowsFrom", c.began, c.beside, c.lifted_at as lifted,
            case when exists (select from erased_samples where model = $1)
              then erased_since(c.model, c.window_start) end as erased,
            v.judged_at as "judgedAt", v.report, case when $4 then v.looks end as looks
     from cuts c left join verdicts v using (model, window_start)
     where c.model = $1 and c.window_start >= $2 and c.window_start < $3
     order by c.window_start limit $5`,
    [model, from, to, looks, limit],
  )
  return rows
}

export interface BacktestReferenceRow {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly segment: string
  readonly since: Date
  readonly windowsFrom: Date | null
  readonly origin: unknown
  readonly digest: string
  readonly binning: string
  readonly profile: Buffer
  readonly sample: Buffer | null
}

/** References after a number, in the order in which they came into force, of so many bytes or a single one. */
export async function referencesAfter(
  db: Db,
  model: string,
  { after, samples, bytes }: { after: number; samples: boolean; bytes: number },
): Promise<BacktestReferenceRow[]> {
  const { rows } = await db.query<SealedSample<BacktestReferenceRow>>(
    `select id, name, version, segment, since, "windowsFrom", origin, digest, binning, profile, sample, key_id,
            'model_references.sample' as sealed_in from (
       select r.id, r.name, r.model_version as version, r.segment, r.in_force_since as since,
              r.windows_from as "windowsFrom", r.origin, r.profile as digest, p.binning, p.bytes as profile, case when $3 then r.sample end as sample,
              case when $3 then r.key_id end as key_id,
              sum(octet_length(p.bytes) + case when $3 then coalesce(octet_length(r.sample), 0) else 0 end)
                over (order by r.id rows between unbounded preceding and 1 preceding) as before
       from model_references r join profiles p on p.digest = r.profile
       where r.model = $1 and r.id > $2) r
     where coalesce(before, 0) < $4 order by id`,
    [model, after, samples, bytes],
  )
  return openedSamples(db, { model }, rows)
}

export interface BacktestPartRow {
  readonly version: string
  readonly segment: string
  readonly bucket: Date
  readonly rows: string
  readonly profile: Buffer
  readonly sample: Buffer | null
  readonly partitions: number[]
  readonly froms: string[]
  readonly tos: string[]
  readonly repair: string
  /** Null: as it was read, of its bucket alone. */
  readonly until: Date | null
}

const kept = `(
  select version, segment, bucket, rows, profile, sample, array[partition] as partitions,
         array[from_offset]::text[] as froms, array[to_offset]::text[] as tos, repair,
         null::timestamptz as until, key_id, 'parts.sample' as sealed_in
  from parts where reading = $1 and bucket >= $2 and bucket < $3
  union all
  select version, segment, bucket, rows, profile, sample, partitions, froms::text[], tos::text[], repair, until,
         key_id, 'merged_parts.sample'
  from merged_parts where reading = $1 and bucket >= $2 and bucket < $3 and lifted_at is null) p`

/** The buckets in [from, to) from the first on, so many at most, with what their parts come to. */
export async function bucketSizes(
  db: Db,
  reading: string,
  { from, to, samples, limit }: { from: Date; to: Date; samples: boolean; limit: number },
): Promise<{ bucket: Date; parts: number; bytes: number }[]> {
  const { rows } = await db.query<{ bucket: Date; parts: number; bytes: number }>(
    `select bucket, count(*)::int as parts,
            sum(octet_length(profile) + case when $4 then coalesce(octet_length(sample), 0) else 0 end)::float8 as bytes
     from ${kept} group by bucket order by bucket limit $5`,
    [reading, from, to, samples, limit],
  )
  return rows
}

/** All parts of the buckets in [from, to), merged or not, those that retention lifted apart. */
export async function partsOfBuckets(
  db: Db,
  reading: string,
  { from, to, samples }: { from: Date; to: Date; samples: boolean },
): Promise<BacktestPartRow[]> {
  const { rows } = await db.query<SealedSample<BacktestPartRow>>(
    `select version, segment, bucket, rows, profile, case when $4 then sample end as sample, partitions, froms, tos,
            repair, until, case when $4 then key_id end as key_id, sealed_in
     from ${kept} order by bucket, version, segment, partitions, froms, repair`,
    [reading, from, to, samples],
  )
  return openedSamples(db, { reading }, rows)
}

/** Stretches of event time, of buckets in [from, to), whose counts retention lifted; in order, neighbours as one. */
export async function goneStretches(
  db: Db,
  reading: string,
  { from, to }: { from: Date; to: Date },
): Promise<{ start: Date; end: Date }[]> {
  const { rows } = await db.query<{ start: Date; end: Date }>(
    `select lower(gone) as start, upper(gone) as "end" from (
       select unnest(range_agg(tstzrange(bucket, until))) as gone from merged_parts
       where reading = $1 and segment = '' and bucket >= $2 and bucket < $3 and lifted_at is not null) s
     order by gone`,
    [reading, from, to],
  )
  return rows
}
