import type { NamedCut, Need } from '../../contracts/storage.ts'
import type { Cut } from './parts.ts'
import type { Db } from './pool.ts'

/** Windows `c` whose verdict an open incident counts, or the evidence of a release names: kept whatever their age. */
const isProtected = `(
  exists (
    select from incidents i where i.model = c.model and i.state = 'open'
      and c.window_start >= (i.incident #>> '{firstWindow,start}')::timestamptz
      and c.window_start <= (i.incident #>> '{lastWindow,start}')::timestamptz)
  or exists (
    select from release_evidence e
    where e.evidence ->> 'model' = c.model
      and (e.evidence #>> '{driftReport,verdict}')::timestamptz = c.window_start))`

/** Windows that may hold rows of the reading $1: as their own, or as the one that was counted beside it. */
const holds = (cuts: string) =>
  `$1 in (${cuts}.reading, coalesce(${cuts}.beside ->> 'reading', ''))`

/** Of a window `c` the one before, `b`, as its verdict knew it: one that was planned later does not count. */
const before = `left join lateral (
  select window_start, recorded_at from cuts b
  where b.model = c.model and b.window_start < c.window_start and b.number < c.number and ${holds('b')}
  order by b.window_start desc limit 1) b on true`

/** Verdicts `v` of windows `c` that other samples could change: they looked for changed units, or compared rows. */
const readsSamples = `(
  coalesce(v.verdict, '') <> 'NO_DRIFT'
  or exists (
    select from config_versions g where g.id = c.config_version
      and jsonb_array_length(coalesce(g.settings #> array['models', c.model, 'detection', 'rows'], '[]')) > 0))`

export interface LiftedBefore {
  /** Judged before: not kept any more. */
  readonly evidence: Date
  /** The same for verdicts that depend on samples. */
  readonly samples: Date
  readonly now: Date
}

/**
 * Windows that were judged long enough ago, and that neither an open incident nor a release needs, are not kept any more
 * from now on. Returns how many.
 */
export async function liftWindows(
  db: Db,
  model: string,
  { evidence, samples, now }: LiftedBefore,
): Promise<number> {
  const { rowCount } = await db.query(
    `update cuts c set lifted_at = $4
     from cuts o left join verdicts v using (model, window_start)
     cross join lateral (
       select max(l.judged_at) as looked_at from second_looks l
       where l.model = o.model and l.window_start = o.window_start) l
     where c.model = $1 and o.model = c.model and o.window_start = c.window_start and c.lifted_at is null
       and greatest(v.judged_at, l.looked_at, c.recorded_at)
         < case when ${readsSamples} then greatest($2, $3::timestamptz) else $2::timestamptz end
       and not ${isProtected}`,
    [model, evidence, samples, now],
  )
  return rowCount ?? 0
}

/** Since when a window cannot be judged again to the same bytes; null: it can. */
export async function liftedSince(db: Db, model: string, start: Date): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    'select lifted_at as at from cuts where model = $1 and window_start = $2',
    [model, start],
  )
  return rows[0]?.at ?? null
}

const toMap = (cut: Cut | null): Map<number, bigint> =>
  new Map(Object.entries(cut ?? {}).map(([at, offset]) => [Number(at), BigInt(offset)]))

/** The cuts by which kept windows of a reading were judged, and those of the windows before them. */
export async function namedCuts(db: Db, reading: string): Promise<NamedCut[]> {
  const { rows } = await db.query<{
    cut: Cut
    repairs: string
    began: Cut | null
    taken: Date | null
    judged: Date | null
  }>(
    `with kept as (
       select c.model, c.window_start as start, b.window_start as before
       from cuts c ${before} where ${holds('c')} and c.lifted_at is null
     )
     select c.cut, case when c.reading = $1 then c.repairs else (c.beside ->> 'repairs')::bigint end as repairs,
            case when c.reading = $1 then c.began else c.beside #> '{began,offsets}' end as began,
            c.recorded_at as taken, v.judged_at as judged
     from (select model, start from kept union select model, before from kept where before is not null) k
     join cuts c on c.model = k.model and c.window_start = k.start
     left join verdicts v on v.model = c.model and v.window_start = c.window_start
     union all
     select l.cut, l.repairs, c.began, null, null from second_looks l join cuts c using (model, window_start)
     where l.reading = $1 and c.lifted_at is null`,
    [reading],
  )
  return rows.map(({ cut, repairs, began, taken, judged }) => ({
    ...{ cut: toMap(cut), began: toMap(began), repairs: Number(repairs) },
    takenAtMs: taken?.getTime() ?? Number.NEGATIVE_INFINITY,
    judgedAtMs: judged?.getTime() ?? Number.POSITIVE_INFINITY,
  }))
}

/** The model's section of each configuration by which kept windows of a reading were judged, as written; by version. */
export async function keptSettings(db: Db, reading: string): Promise<Map<number, unknown>> {
  const { rows } = await db.query<{ version: string; written: unknown }>(
    `select distinct g.id as version, g.settings #> array['models', c.model] as written
     from cuts c join config_versions g on g.id = c.config_version
     where ${holds('c')} and c.lifted_at is null`,
    [reading],
  )
  return new Map(rows.map(({ version, written }) => [Number(version), written]))
}

/**
 * What the kept windows of a reading were judged from; `reachOf`: how far before its end a verdict may look, by the
 * version of its configuration, milliseconds.
 */
export async function needsOf(
  db: Db,
  reading: string,
  reachOf: (configVersion: number) => number,
): Promise<Need[]> {
  const { rows } = await db.query<{
    version: string
    start: Date
    end: Date
    read_from: Date | null
    read_to: Date
    samples: boolean
    out_of_order: boolean
  }>(
    `select c.config_version as version, c.window_start as start, c.window_end as "end", ${readsSamples} as samples,
            b.recorded_at as read_from, coalesce(v.judged_at, now()) as read_to,
            coalesce(c.first_later < c.number, false) as out_of_order
     from (
       select *, min(number) over (
         partition by model order by window_start rows between 1 following and unbounded following) as first_later
       from cuts where ${holds('cuts')}) c
     ${before}
     left join verdicts v on v.model = c.model and v.window_start = c.window_start
     where c.lifted_at is null`,
    [reading],
  )
  return rows.map((row) => ({
    fromMs: row.end.getTime() - reachOf(Number(row.version)),
    startMs: row.start.getTime(),
    endMs: row.end.getTime(),
    // Clocks of transactions differ from their order by less.
    readFromMs: (row.read_from?.getTime() ?? 0) - 3_600_000,
    readToMs: row.read_to.getTime(),
    samples: row.samples,
    outOfOrder: row.out_of_order,
  }))
}

/** Start of the latest window that was planned, milliseconds since 1970; null without one. */
export async function latestWindow(db: Db, model: string): Promise<number | null> {
  const { rows } = await db.query<{ start: Date | null }>(
    'select max(window_start) as start from cuts where model = $1',
    [model],
  )
  return rows[0]?.start?.getTime() ?? null
}
