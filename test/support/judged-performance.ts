import type pg from 'pg'
import { recordEstimate } from '../../adapters/postgres/estimates.ts'
import type { EstimateReport } from '../../contracts/estimate.ts'
import type { PerformanceReport } from '../../contracts/performance.ts'
import type {
  JudgedBy,
  PerformanceMessage,
  PerformanceVerdict,
} from '../../contracts/performance-finding.ts'
import { estimateOf, measureOf } from '../reports/why-examples.ts'
import { verdictOf } from './scripted-activities.ts'

/** What the steward of `m` is told of the performance in the window of a day. */
export function performanceOf(
  by: JudgedBy,
  day: number,
  verdict: PerformanceVerdict = 'DRIFT',
): PerformanceMessage {
  const { window } = verdictOf('m', day, 'NO_DRIFT')
  return {
    ...{ eventId: `performance/m/${by}/${window.start}`, model: 'm', by, verdict, window },
    evidenceDigest: `sha256:${by}-of-${day}`,
    headline: `day ${day} is ${verdict} by ${by}`,
  }
}

/** The measure of a day on record with its judgement, as it would be before the steward is told. */
export async function measuredByLabels(
  db: pg.Pool,
  day: number,
  told: PerformanceReport = measureOf(),
): Promise<void> {
  const { window, evidenceDigest } = performanceOf('labels', day)
  const report = { ...told, model: 'm', window, evidenceDigest }
  await db.query(
    `insert into readings (id, model, topic, content, definition)
     values ('labels of m', 'm', 'labels', 'labels', '{}') on conflict do nothing`,
  )
  await db.query(
    `insert into label_cuts (model, at, window_start, reading, cut, config_version)
     select 'm', $2::timestamptz, $1::timestamptz, 'labels of m', '{}', max(id) from config_versions`,
    [window.start, window.end],
  )
  await db.query(
    `insert into performances (model, window_start, window_end, final, labels_at, evidence_digest, report)
     values ('m', $1, $2, true, $2, $3, $4)`,
    [window.start, window.end, evidenceDigest, JSON.stringify(report)],
  )
}

/** The same of an estimate, before any label of the day. */
export async function estimatedBefore(db: pg.Pool, day: number): Promise<void> {
  const { window, evidenceDigest } = performanceOf('estimate', day)
  const report: EstimateReport = { ...estimateOf(), model: 'm', window, evidenceDigest }
  await recordEstimate(
    db,
    { asked: 'as it is asked', scan: new Date(window.start) },
    { report, waiting: [] },
  )
}
