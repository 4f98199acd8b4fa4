import type { LabelPlan } from '../../contracts/label-reading.ts'
import {
  type MeasuredLoss,
  type PerformanceReport,
  performanceReport,
} from '../../contracts/performance.ts'
import type { Cut } from './parts.ts'
import type { Db } from './pool.ts'

/** A window and what of the log it is measured by. */
export interface WindowToMeasure {
  readonly start: Date
  readonly end: Date
  readonly reading: string
  readonly cut: Cut
  readonly repairs: number
  readonly began: Cut | null
}

/** Of each window, the last cut of its own reading up to the scan that asked: what came late by then counts. */
const lastCut = `
  join lateral (
    select l.cut, l.repairs, l.began from cuts l
    where l.model = c.model and l.reading = c.reading
      and l.number <= (select number from cuts where model = $1 and window_start = $2)
    order by l.number desc limit 1) k on true`

const wanted = `c.window_start as start, c.window_end as "end", c.reading, k.cut, k.repairs, k.began`

type Row = Omit<WindowToMeasure, 'repairs'> & { repairs: string }
const toWindow = (row: Row): WindowToMeasure => ({ ...row, repairs: Number(row.repairs) })

/** Windows of a model that end at or before the watermark and have no final measure, the oldest first. */
export async function windowsToSettle(
  db: Db,
  { model, window }: LabelPlan,
  watermark: Date,
  limit: number,
): Promise<WindowToMeasure[]> {
  const { rows } = await db.query<Row>(
    `select ${wanted} from cuts c ${lastCut}
     where c.model = $1 and c.window_end <= $3
       and not exists (select from performances f
                       where f.model = c.model and f.window_start = c.window_start and f.final)
     order by c.window_start limit $4`,
    [model, new Date(window), watermark, limit],
  )
  return rows.map(toWindow)
}

/**
 * Windows behind the watermark of which something is new since the plan of labels before: that of the scan itself, and
 * those with predictions whose labels came since. The newest first.
 */
export async function windowsInMotion(
  db: Db,
  plan: LabelPlan,
  watermark: Date | null,
  limit: number,
): Promise<WindowToMeasure[]> {
  const { model, window, at, reading } = plan
  const cut = Object.fromEntries(plan.partitions.map(({ partition, cut }) => [partition, cut]))
  const { rows } = await db.query<Row>(
    `with before as (
       select coalesce((select cut from label_cuts where model = $1 and reading = $4 and at < $3
                        order by at desc limit 1), '{}'::jsonb) as cut
     ), touched as (
       select distinct p.at from labels l cross join before b
       join predictions p on p.id = l.id
         and p.reading in (select number from readings where model = $1 and content = 'predictions')
       where l.reading = (select number from readings where id = $4)
         and l."offset" >= coalesce((b.cut ->> l.partition::text)::bigint, 0)
         and l."offset" < coalesce(($5::jsonb ->> l.partition::text)::bigint, 0)
     )
     select ${wanted} from cuts c ${lastCut}
     where c.model = $1 and c.window_end > coalesce($6, '-infinity'::timestamptz)
       and c.number <= (select number from cuts where model = $1 and window_start = $2)
       and (c.window_start = $2
            or exists (select from touched t where t.at >= c.window_start and t.at < c.window_end))
     order by c.window_start desc limit $7`,
    [...[model, new Date(window), new Date(at), reading], JSON.stringify(cut), watermark, limit],
  )
  return rows.map(toWindow)
}

/** The latest event time of a label below a cut, none after a moment; null: there is none. */
export async function latestLabel(db: Db, plan: LabelPlan): Promise<Date | null> {
  const cut = Object.fromEntries(plan.partitions.map(({ partition, cut }) => [partition, cut]))
  const { rows } = await db.query<{ latest: Date | null }>(
    `select max(at) as latest from labels
     where reading = (select number from readings where id = $1)
       and "offset" < coalesce(($2::jsonb ->> partition::text)::bigint, 0) and at <= $3`,
    [plan.reading, JSON.stringify(cut), plan.at],
  )
  return rows[0]?.latest ?? null
}

/** Stores a measure unless its window has a final one, or one of later labels. */
export async function recordPerformance(db: Db, report: PerformanceReport): Promise<void> {
  const { model, window, state, labelsAt, evidenceDigest } = report
  await db.query(
    `insert into performances as f
       (model, window_start, window_end, final, labels_at, evidence_digest, report)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (model, window_start) do update
       set final = excluded.final, labels_at = excluded.labels_at, report = excluded.report,
           evidence_digest = excluded.evidence_digest, recorded_at = now()
       where not f.final and f.labels_at <= excluded.labels_at`,
    [
      ...[model, window.start, window.end, state === 'FINAL', labelsAt, evidenceDigest],
      JSON.stringify(report),
    ],
  )
}

/** The loss of one version or segment in an earlier window. */
export interface EarlierLoss extends MeasuredLoss {
  readonly version: string
  readonly segment: string
}

/**
 * Losses in the final windows of a model that lie within a time before another starts, in order of time. Those that
 * were told from the ones before them, with p at or below `told`, are left out.
 */
export async function earlierLosses(
  db: Db,
  model: string,
  { since, before, told }: { readonly since: Date; readonly before: Date; readonly told: number },
): Promise<EarlierLoss[]> {
  const { rows } = await db.query<EarlierLoss>(
    `select p ->> 'version' as version, p ->> 'segment' as segment, p -> 'loss' ->> 'name' as name,
            (p -> 'loss' ->> 'mean')::float8 as mean, (p -> 'loss' ->> 'variance')::float8 as variance
     from performances f cross join jsonb_array_elements(f.report -> 'parts') as p
     where f.model = $1 and f.final and f.window_start >= $2 and f.window_end <= $3
       and jsonb_typeof(p -> 'loss') = 'object'
       and coalesce((p -> 'change' ->> 'p')::float8, 1) > $4
     order by f.window_start`,
    [model, since, before, told],
  )
  return rows
}

/** The newest window first. */
export async function listPerformances(
  db: Db,
  model: string,
  limit: number,
): Promise<PerformanceReport[]> {
  const { rows } = await db.query<{ report: unknown }>(
    'select report from performances where model = $1 order by window_start desc limit $2',
    [model, limit],
  )
  return rows.map(({ report }) => performanceReport.parse(report))
}
