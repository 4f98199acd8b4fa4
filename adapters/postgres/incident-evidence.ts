import { estimateReport } from '../../contracts/estimate.ts'
import type { Incident } from '../../contracts/incident.ts'
import {
  type ExpectedPart,
  type JudgedPerformance,
  judgedPerformance,
} from '../../contracts/judged-performance.ts'
import type { Report } from '../../contracts/report.ts'
import type { Db } from './pool.ts'
import { findVerdict } from './verdicts.ts'

/** Of the latest bad window of an incident the verdict or, of performance, the judgement; null: there is none any more. */
export async function incidentEvidence(
  db: Db,
  incident: Incident,
): Promise<{ report: Report | null; judged: JudgedPerformance | null }> {
  if (incident.kind === 'PERFORMANCE') {
    const find = incident.by === 'estimate' ? estimated : measured
    return { report: null, judged: await find(db, incident) }
  }
  const start = new Date(incident.lastWindow.start)
  return { report: await findVerdict(db, incident.model, start), judged: null }
}

type Told = Pick<Incident, 'model' | 'verdictId' | 'evidenceDigest'>

/** By labels. */
async function measured(
  db: Db,
  { model, verdictId, evidenceDigest }: Told,
): Promise<JudgedPerformance | null> {
  const { rows } = await db.query<{ one: unknown }>(
    `select jsonb_build_object(
       'model', model, 'window', report -> 'window', 'predictions', report -> 'predictions',
       'labelled', report -> 'labelled', 'judgement', report -> 'judgement',
       'evidenceDigest', evidence_digest) as one
     from performances
     where model = $1 and window_start = $2 and evidence_digest = $3
       and report -> 'judgement' is not null`,
    [model, verdictId, evidenceDigest],
  )
  return rows[0] === undefined ? null : judgedPerformance.parse(rows[0].one)
}

/** Before them, with what was expected. */
async function estimated(
  db: Db,
  { model, verdictId, evidenceDigest }: Told,
): Promise<JudgedPerformance | null> {
  const { rows } = await db.query<{ report: unknown }>(
    'select report from estimates where model = $1 and window_start = $2 and evidence_digest = $3',
    [model, verdictId, evidenceDigest],
  )
  if (rows[0] === undefined) return null
  const { window, predictions, judgement, parts } = estimateReport.parse(rows[0].report)
  const expected = parts.flatMap(({ version, segment, loss, change, metrics }): ExpectedPart[] =>
    loss === null || change === null
      ? []
      : [
          {
            ...{ version, segment, metrics },
            loss: { name: loss.name, value: loss.mean, reference: change.expected },
          },
        ],
  )
  return { model, window, predictions, labelled: null, judgement, expected, evidenceDigest }
}
