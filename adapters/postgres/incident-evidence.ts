import type { Incident } from '../../contracts/incident.ts'
import { type JudgedPerformance, judgedPerformance } from '../../contracts/judged-performance.ts'
import type { Report } from '../../contracts/report.ts'
import type { Db } from './pool.ts'
import { findVerdict } from './verdicts.ts'

/** Of the latest bad window of an incident the verdict or, of performance, the judgement; null: there is none any more. */
export async function incidentEvidence(
  db: Db,
  incident: Incident,
): Promise<{ report: Report | null; judged: JudgedPerformance | null }> {
  if (incident.kind === 'PERFORMANCE') {
    return { report: null, judged: await findJudged(db, incident) }
  }
  const start = new Date(incident.lastWindow.start)
  return { report: await findVerdict(db, incident.model, start), judged: null }
}

async function findJudged(
  db: Db,
  { model, verdictId, evidenceDigest }: Incident,
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
