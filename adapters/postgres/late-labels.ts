import type { LabelPlan } from '../../contracts/label-reading.ts'
import { type PerformanceReport, performanceReport } from '../../contracts/performance.ts'
import { newLabels, planBefore, type WindowToMeasure, wantedWindow } from './performances.ts'
import type { Db } from './pool.ts'
import { cutOf } from './verdicts.ts'

/** A window with a final measure for which labels came since. */
export interface LateWindow extends WindowToMeasure {
  /** Labels for its predictions that were read after the final measure. */
  readonly late: number
  /** Predictions that had one then. */
  readonly labelled: number
}

/**
 * Windows with a final measure for whose predictions labels came since the plan of labels before, each with all that came
 * after its measure; the newest first. Only measures of the same reading of labels can be told from what came later.
 */
export async function lateWindows(db: Db, plan: LabelPlan, limit: number): Promise<LateWindow[]> {
  const { model, window, reading } = plan
  const before = await planBefore(db, plan)
  const ofModel = `p.reading in (select number from readings where model = $1 and content = 'predictions')`
  const labelsOf = `l.reading = (select number from readings where id = $3)`
  const { rows } = await db.query<Omit<LateWindow, 'repairs'> & { repairs: string }>(
    `with touched as (
       select distinct p.at from labels l join predictions p on p.id = l.id and ${ofModel}
       where ${labelsOf} and ${newLabels({ since: '$5', takenAt: '$6', below: '$4', repairsSince: '$8', repairs: '$9' })}
     )
     select ${wantedWindow.columns}, n.late, (f.report ->> 'labelled')::int as labelled
     from cuts c ${wantedWindow.join}
     join performances f on f.model = c.model and f.window_start = c.window_start and f.final
       and f.report #>> '{evidence,labelReading}' = $3
     cross join lateral (
       select count(*)::int as late from predictions p join labels l on l.id = p.id and ${labelsOf}
       where p.at >= c.window_start and p.at < c.window_end and ${ofModel}
         and (l."offset" >= coalesce((f.report #> '{evidence,labelCut}' ->> l.partition::text)::bigint, 0)
           or l.repair > coalesce((f.report #>> '{evidence,labelRepairs}')::bigint, 0))
         and l."offset" < coalesce(($4::jsonb ->> l.partition::text)::bigint, 0) and l.repair <= $9) n
     where c.model = $1 and exists (select from touched t where t.at >= c.window_start and t.at < c.window_end)
       and n.late > 0
     order by c.window_start desc limit $7`,
    [
      ...[model, new Date(window), reading, JSON.stringify(cutOf(plan))],
      ...[JSON.stringify(before.cut), before.recordedAt, limit],
      ...[before.repairs, plan.repairs ?? 0],
    ],
  )
  return rows.map((row) => ({ ...row, repairs: Number(row.repairs) }))
}

/** Of a window, unless more was counted by a later plan; a look that was taken stays until there is another. */
export async function recordLate(
  db: Db,
  { model, at }: LabelPlan,
  { start, late }: Pick<LateWindow, 'start' | 'late'>,
  report: PerformanceReport | null,
): Promise<void> {
  await db.query(
    `insert into late_labels as f (model, window_start, labels, labels_at, report) values ($1, $2, $3, $4, $5)
     on conflict (model, window_start) do update
       set labels = greatest(f.labels, excluded.labels), labels_at = excluded.labels_at,
           report = coalesce(excluded.report, f.report), recorded_at = now()
       where f.labels_at <= excluded.labels_at`,
    [model, start, late, at, report && JSON.stringify(report)],
  )
}

/** What came late for the windows of a model, by their start (ISO 8601). */
export async function lateLabels(
  db: Db,
  model: string,
  starts: readonly string[],
): Promise<Map<string, { labels: number; at: string; report: PerformanceReport | null }>> {
  const { rows } = await db.query<{ start: Date; labels: number; at: Date; report: unknown }>(
    `select window_start as start, labels, labels_at as at, report from late_labels
     where model = $1 and window_start = any($2::timestamptz[])`,
    [model, starts],
  )
  return new Map(
    rows.map(({ start, labels, at, report }) => [
      start.toISOString(),
      {
        ...{ labels, at: at.toISOString() },
        report: report === null ? null : performanceReport.parse(report),
      },
    ]),
  )
}
