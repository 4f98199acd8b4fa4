import type { Incident } from '../../contracts/incident.ts'
import { type PerformanceReport, performanceReport } from '../../contracts/performance.ts'
import type { WindowRecord } from '../../contracts/why.ts'
import { findEstimate } from './estimates.ts'
import type { Db } from './pool.ts'
import { findVerdict } from './verdicts.ts'

/** Its verdict, its measure and its estimate. */
export async function windowOnRecord(db: Db, model: string, start: Date): Promise<WindowRecord> {
  return {
    report: await findVerdict(db, model, start),
    measure: await findMeasure(db, model, start),
    estimate: await findEstimate(db, model, start),
  }
}

/** Of the window that an incident tells of, and of its latest one that labels have judged; null: there is none. */
export async function incidentOnRecord(
  db: Db,
  { model, kind, verdictId, firstWindow, lastWindow }: Incident,
): Promise<{ latest: WindowRecord; labelled: WindowRecord | null }> {
  const told = kind === 'PERFORMANCE' ? verdictId : lastWindow.start
  const { rows } = await db.query<{ start: Date }>(
    `select window_start as start from performances
     where model = $1 and final and report ? 'judgement' and window_start between $2 and $3
     order by window_start desc limit 1`,
    [model, firstWindow.start, lastWindow.start],
  )
  const [judged] = rows
  return {
    latest: await windowOnRecord(db, model, new Date(told)),
    labelled: judged === undefined ? null : await windowOnRecord(db, model, judged.start),
  }
}

async function findMeasure(db: Db, model: string, start: Date): Promise<PerformanceReport | null> {
  const { rows } = await db.query<{ report: unknown }>(
    'select report from performances where model = $1 and window_start = $2',
    [model, start],
  )
  return rows[0] === undefined ? null : performanceReport.parse(rows[0].report)
}
