import { type EstimateReport, estimateReport } from '../../contracts/estimate.ts'
import type { MeasuredLoss } from '../../contracts/performance.ts'
import type { EstimatorsOf } from './estimators.ts'
import type { WindowToMeasure } from './performances.ts'
import type { Db } from './pool.ts'

export interface EstimateAsked extends EstimatorsOf {
  /** Start of the window of the scan that asks. */
  readonly scan: Date
  /** Windows that start later than this. */
  readonly since: Date
}

/**
 * Windows up to that of a scan with a verdict and without an estimate, and those that waited for an estimator which is
 * there now; of the newest so many the oldest first.
 */
export async function windowsToEstimate(
  db: Db,
  { model, asked, scan, since }: EstimateAsked,
  limit: number,
): Promise<WindowToMeasure[]> {
  const { rows } = await db.query<Omit<WindowToMeasure, 'repairs'> & { repairs: string }>(
    `select c.window_start as start, c.window_end as "end", c.reading, c.cut, c.repairs, c.began,
            c.windows_from as "windowsFrom"
     from cuts c left join estimates e on e.model = c.model and e.window_start = c.window_start
     where c.model = $1 and c.window_start <= $3 and c.window_start > $4
       and exists (select from verdicts v where v.model = c.model and v.window_start = c.window_start)
       and (e.model is null
            or e.waiting && array(select version from estimators where model = $1 and asked = $2))
     order by c.window_start desc limit $5`,
    [model, asked, scan, since, limit],
  )
  return rows.map((row) => ({ ...row, repairs: Number(row.repairs) })).reverse()
}

export interface RecordedEstimate {
  readonly report: EstimateReport
  /** Versions without an estimator. */
  readonly waiting: readonly string[]
}

/** Stores an estimate unless its window has one that waits for no more. */
export async function recordEstimate(
  db: Db,
  { asked, scan }: Pick<EstimateAsked, 'asked' | 'scan'>,
  { report, waiting }: RecordedEstimate,
): Promise<void> {
  const { model, window, evidenceDigest } = report
  await db.query(
    `insert into estimates as e
       (model, window_start, window_end, scan, asked, waiting, evidence_digest, report)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (model, window_start) do update
       set scan = excluded.scan, asked = excluded.asked, waiting = excluded.waiting,
           evidence_digest = excluded.evidence_digest, report = excluded.report, recorded_at = now()
       where cardinality(e.waiting) > cardinality(excluded.waiting)`,
    [
      ...[model, window.start, window.end, scan, asked, waiting],
      ...[evidenceDigest, JSON.stringify(report)],
    ],
  )
}

/** Those that a scan asked for, in order of time, whose windows have no final measure. */
export async function estimatesToTell(
  db: Db,
  model: string,
  scan: Date,
): Promise<RecordedEstimate[]> {
  const { rows } = await db.query<{ report: unknown; waiting: string[] }>(
    `select e.report, e.waiting from estimates e
     where e.model = $1 and e.scan = $2 and not exists (
       select from performances f
       where f.model = e.model and f.window_start = e.window_start and f.final)
     order by e.window_start`,
    [model, scan],
  )
  return rows.map(({ report, waiting }) => ({ report: estimateReport.parse(report), waiting }))
}

/** The estimated loss of one version or segment in an earlier window. */
export interface EarlierEstimate extends MeasuredLoss {
  readonly start: Date
  readonly end: Date
  readonly version: string
  readonly segment: string
  /** Digest of its estimator. */
  readonly estimator: string
  /** That it is no other than the reference. */
  readonly p: number
}

/** Of windows of a model that start at a moment or later, in order of time. */
export async function estimatedLosses(
  db: Db,
  model: string,
  since: Date,
): Promise<EarlierEstimate[]> {
  const { rows } = await db.query<EarlierEstimate>(
    `select e.window_start as start, e.window_end as "end", p ->> 'version' as version,
            p ->> 'segment' as segment, p -> 'loss' ->> 'name' as name,
            (p -> 'loss' ->> 'mean')::float8 as mean, (p -> 'loss' ->> 'variance')::float8 as variance,
            (p -> 'change' ->> 'p')::float8 as p,
            e.report -> 'evidence' -> 'estimators' ->> (p ->> 'version') as estimator
     from estimates e cross join jsonb_array_elements(e.report -> 'parts') as p
     where e.model = $1 and e.window_start >= $2 and p ->> 'state' = 'ESTIMATED'
     order by e.window_start`,
    [model, since],
  )
  return rows
}

/** The newest window first. */
export async function listEstimates(
  db: Db,
  model: string,
  limit: number,
): Promise<EstimateReport[]> {
  const { rows } = await db.query<{ report: unknown }>(
    'select report from estimates where model = $1 order by window_start desc limit $2',
    [model, limit],
  )
  return rows.map(({ report }) => estimateReport.parse(report))
}

/** Of the window that starts then; null: there is none. */
export async function findEstimate(
  db: Db,
  model: string,
  start: Date,
): Promise<EstimateReport | null> {
  const { rows } = await db.query<{ report: unknown }>(
    'select report from estimates where model = $1 and window_start = $2',
    [model, start],
  )
  return rows[0] === undefined ? null : estimateReport.parse(rows[0].report)
}
