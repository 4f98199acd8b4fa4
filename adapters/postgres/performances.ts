import type { LabelPlan } from '../../contracts/label-reading.ts'
import {
  type MeasuredLoss,
  type PerformanceReport,
  performanceReport,
} from '../../contracts/performance.ts'
import type { Cut } from './parts.ts'
import type { Db } from './pool.ts'
import { cutOf } from './verdicts.ts'

/** A window and what of the log it is measured by. */
export interface WindowToMeasure {
  readonly start: Date
  readonly end: Date
  readonly reading: string
  readonly cut: Cut
  readonly repairs: number
  readonly began: Cut | null
  /** Start of the first window that its reading holds as a whole, where it was begun later; null: it holds all. */
  readonly windowsFrom: Date | null
}

/** Of each window, the last cut of its own reading up to the scan that asked: what came late by then counts. */
const lastCut = `
  join lateral (
    select l.cut, l.repairs, l.began, l.windows_from from cuts l
    where l.model = c.model and l.reading = c.reading
      and l.number <= (select number from cuts where model = $1 and window_start = $2)
    order by l.number desc limit 1) k on true`

/** Of windows `c` of the model $1, as the scan of the window $2 knew them. */
export const wantedWindow = {
  join: lastCut,
  columns: `c.window_start as start, c.window_end as "end", c.reading, k.cut, k.repairs, k.began,
    k.windows_from as "windowsFrom"`,
}

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
    `select ${wantedWindow.columns} from cuts c ${wantedWindow.join}
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
  const { model, window, reading } = plan
  const before = await planBefore(db, plan)
  const { rows } = await db.query<Row>(
    `with touched as (
       select distinct p.at from labels l
       join predictions p on p.id = l.id
         and p.reading in (select number from readings where model = $1 and content = 'predictions')
       where l.reading = (select number from readings where id = $4) and ${newLabels({ since: '$6', takenAt: '$7', below: '$5', repairsSince: '$9', repairs: '$10' })}
     )
     select ${wantedWindow.columns} from cuts c ${wantedWindow.join}
     where c.model = $1 and c.window_end > coalesce($3, '-infinity'::timestamptz)
       and c.number <= (select number from cuts where model = $1 and window_start = $2)
       and (c.window_start = $2
            or exists (select from touched t where t.at >= c.window_start and t.at < c.window_end))
     order by c.window_start desc limit $8`,
    [
      ...[model, new Date(window), watermark, reading, JSON.stringify(cutOf(plan))],
      ...[JSON.stringify(before.cut), before.recordedAt, limit],
      ...[before.repairs, plan.repairs ?? 0],
    ],
  )
  return rows.map(toWindow)
}

/**
 * The latest event time of a label below the cut of a plan; one that lies after the plan counts as at it. Null: there
 * is none. It is kept with the plan, so that the next one looks at what came since alone.
 */
export async function latestLabel(db: Db, plan: LabelPlan): Promise<Date | null> {
  const { model, at, reading } = plan
  const before = await planBefore(db, plan)
  const { rows } = await db.query<{ latest: Date | null }>(
    `update label_cuts set latest = greatest($5, (
       select max(l.at) from labels l
       where l.reading = (select number from readings where id = $3) and ${newLabels({ since: '$6', takenAt: '$7', below: '$4', repairsSince: '$8', repairs: '$9' })}))
     where model = $1 and at = $2 returning case when latest > at then at else latest end as latest`,
    [
      ...[model, new Date(at), reading, JSON.stringify(cutOf(plan)), before.latest],
      ...[JSON.stringify(before.cut), before.recordedAt],
      ...[before.repairs, plan.repairs ?? 0],
    ],
  )
  return rows[0]?.latest ?? null
}

/**
 * A label `l` lies at or after one cut and below another, or a repair after the ones before brought it; it was read after
 * the first was taken. Each is a parameter of the query.
 */
export const newLabels = (at: {
  readonly since: string
  readonly takenAt: string
  readonly below: string
  readonly repairsSince: string
  readonly repairs: string
}): string =>
  `(l."offset" >= coalesce((${at.since}::jsonb ->> l.partition::text)::bigint, 0) or l.repair > ${at.repairsSince})
   and l."offset" < coalesce((${at.below}::jsonb ->> l.partition::text)::bigint, 0) and l.repair <= ${at.repairs}
   and l.read_on >= coalesce((${at.takenAt}::timestamptz at time zone 'UTC')::date, '-infinity')`

/** What the last plan before this one that was measured has seen; nothing, where there is none. */
export async function planBefore(
  db: Db,
  { model, at, reading }: LabelPlan,
): Promise<{ cut: Cut; repairs: number; recordedAt: Date | null; latest: Date | null }> {
  const { rows } = await db.query<{ cut: Cut; repairs: number; recordedAt: Date; latest: Date }>(
    `select cut, repairs::int as repairs, recorded_at as "recordedAt", latest from label_cuts
     where model = $1 and reading = $2 and at < $3 and latest is not null order by at desc limit 1`,
    [model, reading, new Date(at)],
  )
  return rows[0] ?? { cut: {}, repairs: 0, recordedAt: null, latest: null }
}

/** Stores a measure unless its window has a final one, or one of later labels; whether it did. */
export async function recordPerformance(db: Db, report: PerformanceReport): Promise<boolean> {
  const { model, window, state, labelsAt, evidenceDigest } = report
  const { rowCount } = await db.query(
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
  return rowCount === 1
}

/** Final measures by a plan that were judged, in order of time: what the steward is told of them. */
export async function judgedBy(
  db: Db,
  { model, at }: Pick<LabelPlan, 'model' | 'at'>,
): Promise<PerformanceReport[]> {
  const { rows } = await db.query<{ report: unknown }>(
    `select report from performances
     where model = $1 and labels_at = $2 and final and report ? 'judgement' order by window_start`,
    [model, new Date(at)],
  )
  return rows.map(({ report }) => performanceReport.parse(report))
}

/** The loss of one version or segment in an earlier window. */
export interface EarlierLoss extends MeasuredLoss {
  readonly start: Date
  readonly end: Date
  readonly version: string
  readonly segment: string
  readonly rows: number
  /** That it is one more of those before it; 1 where there were too few. */
  readonly p: number
}

/** Losses in the final windows of a model that start at a moment or later, in order of time. */
export async function finalLosses(db: Db, model: string, since: Date): Promise<EarlierLoss[]> {
  const { rows } = await db.query<EarlierLoss>(
    `select f.window_start as start, f.window_end as "end", p ->> 'version' as version,
            p ->> 'segment' as segment, p -> 'loss' ->> 'name' as name,
            (p ->> 'labelled')::float8 as rows, (p -> 'loss' ->> 'mean')::float8 as mean, (p -> 'loss' ->> 'variance')::float8 as variance,
            coalesce((p -> 'change' ->> 'p')::float8, 1) as p
     from performances f cross join jsonb_array_elements(f.report -> 'parts') as p
     where f.model = $1 and f.final and f.window_start >= $2 and jsonb_typeof(p -> 'loss') = 'object'
     order by f.window_start`,
    [model, since],
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
