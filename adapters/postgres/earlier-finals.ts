import {
  type MeasuredLoss,
  type PerformanceReport,
  performanceReport,
} from '../../contracts/performance.ts'
import type { Cut } from './parts.ts'
import type { WindowToMeasure } from './performances.ts'
import type { Db } from './pool.ts'

/** Final windows as they were measured: what of the log they were measured by. */
const measuredWindow = `
  f.window_start as start, f.window_end as "end", f.report -> 'evidence' ->> 'reading' as reading,
  f.report -> 'evidence' -> 'cut' as cut, (f.report -> 'evidence' ->> 'repairs')::int as repairs,
  (select c.began from cuts c where c.model = f.model and c.window_start = f.window_start
     and c.reading = f.report -> 'evidence' ->> 'reading' order by c.number desc limit 1) as began`

type Row = Omit<WindowToMeasure, 'cut'> & { cut: Cut }

export interface QuietWindows {
  readonly model: string
  readonly version: string
  readonly loss: MeasuredLoss['name']
  /** They end at this moment or before, and start at the other one or later. */
  readonly before: Date
  readonly since: Date
  /** The least p-value of a loss that is one more of those before it. */
  readonly told: number
  readonly limit: number
}

/** The last final windows before a moment in which a version was measured and did no worse, the newest first. */
export async function quietWindows(
  db: Db,
  { model, version, loss, before, since, told, limit }: QuietWindows,
): Promise<WindowToMeasure[]> {
  const { rows } = await db.query<Row>(
    `select ${measuredWindow} from performances f
     where f.model = $1 and f.final and f.window_end <= $2 and f.window_start >= $3
       and coalesce(f.report -> 'judgement' ->> 'verdict', '') <> 'DRIFT'
       and exists (
         select from jsonb_array_elements(f.report -> 'parts') p
         where p ->> 'version' = $4 and p ->> 'segment' = '' and p -> 'loss' ->> 'name' = $5
           and coalesce((p -> 'change' ->> 'p')::float8, 1) > $6)
     order by f.window_start desc limit $7`,
    [model, before, since, version, loss, told, limit],
  )
  return rows
}

/** Final windows by their starts, the newest first. */
export async function finalWindows(
  db: Db,
  model: string,
  starts: readonly string[],
): Promise<WindowToMeasure[]> {
  const { rows } = await db.query<Row>(
    `select ${measuredWindow} from performances f
     where f.model = $1 and f.final and f.window_start = any($2::timestamptz[])
     order by f.window_start desc`,
    [model, starts],
  )
  return rows
}

/** The measure of the last final window that ends at a moment or before; null: there is none. */
export async function finalBefore(
  db: Db,
  model: string,
  moment: Date,
): Promise<PerformanceReport | null> {
  const { rows } = await db.query<{ report: unknown }>(
    `select report from performances where model = $1 and final and window_end <= $2
     order by window_start desc limit 1`,
    [model, moment],
  )
  return rows[0] === undefined ? null : performanceReport.parse(rows[0].report)
}
