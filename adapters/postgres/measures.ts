import type { Db } from './pool.ts'

/** How far the windows of a model are judged. */
export interface JudgedUntil {
  readonly model: string
  /** Of its latest window: the end, and what of its records could be read. */
  readonly windowEnd: Date
  readonly good: number
  readonly bad: number
  /** When the last verdict of any of its windows was reached. */
  readonly judgedAt: Date
}

/** Of those models that have a verdict. */
export async function judgedUntil(db: Db, models: readonly string[]): Promise<JudgedUntil[]> {
  const { rows } = await db.query<JudgedUntil>(
    `select m.model, w.window_end as "windowEnd", w.good, w.bad, v.judged_at as "judgedAt"
     from unnest($1::text[]) as m(model)
     cross join lateral (
       select window_end, (report #>> '{rows,good}')::float8 as good, (report #>> '{rows,bad}')::float8 as bad
       from verdicts where model = m.model order by window_start desc limit 1) w
     cross join lateral (
       select judged_at from verdicts where model = m.model order by number desc limit 1) v`,
    [models],
  )
  return rows
}

export interface VerdictsOf {
  readonly model: string
  readonly verdict: string
  readonly count: number
  /** The number of the last one among them. */
  readonly last: number
}

/** Verdicts by kind that came on record after those numbers; of a model without one all of them. */
export async function verdictsAfter(
  db: Db,
  models: readonly string[],
  last: ReadonlyMap<string, number>,
): Promise<VerdictsOf[]> {
  const { rows } = await db.query<VerdictsOf>(
    `select model, verdict, count(*)::float8 as count, max(number)::float8 as last
     from unnest($1::text[], $2::bigint[]) as m(model, after) join verdicts v using (model)
     where v.number > m.after group by model, verdict`,
    [models, models.map((model) => last.get(model) ?? 0)],
  )
  return rows
}

export interface PartitionLag {
  readonly model: string
  readonly topic: string
  readonly partition: number
  /** Offsets that the newest planned window still waits for. */
  readonly unread: number
  /** Since the last slice; null before the first. */
  readonly seconds: number | null
}

/** Every partition of the reading by which each model was planned last. */
export async function partitionLags(db: Db, models: readonly string[]): Promise<PartitionLag[]> {
  const { rows } = await db.query<PartitionLag>(
    `select m.model, r.topic, h.partition,
            greatest(0, coalesce((c.cut ->> h.partition::text)::bigint - h.head, 0))::float8 as unread,
            extract(epoch from now() - s.committed_at)::float8 as seconds
     from unnest($1::text[]) as m(model)
     cross join lateral (
       select reading, cut from cuts where model = m.model order by number desc limit 1) c
     join readings r on r.id = c.reading
     join ledger_heads h on h.reading = r.id
     left join lateral (
       select committed_at from ledger_slices s where s.reading = h.reading and s.partition = h.partition
       order by from_offset desc limit 1) s on true`,
    [models],
  )
  return rows
}

/** Open incidents by kind, of models that have any. */
export async function openIncidents(
  db: Db,
): Promise<{ model: string; kind: string; count: number }[]> {
  const { rows } = await db.query<{ model: string; kind: string; count: number }>(
    `select model, kind, count(*)::int as count from incidents where state = 'open' group by model, kind`,
  )
  return rows
}

/** Open notices by cause, of models that have any. */
export async function noticesByCause(
  db: Db,
): Promise<{ model: string; cause: string; count: number }[]> {
  const { rows } = await db.query<{ model: string; cause: string; count: number }>(
    `select model, cause, count(*)::int as count from notices where state = 'open' group by model, cause`,
  )
  return rows
}

/** How many incidents of each model opened in the last so many milliseconds. */
export async function incidentsWithin(
  db: Db,
  spans: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ model: string; count: number }>(
    `select m.model, count(i.id)::int as count
     from unnest($1::text[], $2::float8[]) as m(model, ms)
     left join incidents i
       on i.model = m.model and i.opened_at > now() - make_interval(secs => m.ms / 1000)
     group by m.model`,
    [[...spans.keys()], [...spans.values()]],
  )
  return new Map(rows.map(({ model, count }) => [model, count]))
}

/** Retrainings that have ended, by how. */
export async function endedRetrainings(
  db: Db,
): Promise<{ model: string; state: string; count: number }[]> {
  const { rows } = await db.query<{ model: string; state: string; count: number }>(
    `select model, state, count(*)::int as count from retrainings
     where ended_at is not null and drill is null group by model, state`,
  )
  return rows
}
