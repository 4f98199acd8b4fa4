import { pngOf } from '../adapters/pictures/png.ts'
import { findIncident } from '../adapters/postgres/incidents.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { findEvidence } from '../adapters/postgres/releases.ts'
import { findVerdict } from '../adapters/postgres/verdicts.ts'
import type { Card } from '../contracts/card.ts'
import { drawnOnCard } from '../reports/incident-card.ts'
import { releaseSvg } from '../reports/release-svg.ts'
import { reportSvg } from '../reports/report-svg.ts'

/** The picture of what a card shows, as PNG; null where the record has moved on or retention has taken it. */
export async function cardPicture(db: Db, card: Card): Promise<Uint8Array | null> {
  const svg = await drawingOf(db, card)
  return svg === null ? null : pngOf(svg)
}

async function drawingOf(db: Db, { subject, evidenceDigest }: Card): Promise<string | null> {
  if (evidenceDigest === null) return null
  switch (subject.kind) {
    case 'release': {
      const evidence = await findEvidence(db, evidenceDigest)
      return evidence?.schema === 'driftgate-evidence/1' ? releaseSvg(evidence) : null
    }
    case 'incident': {
      const incident = await findIncident(db, subject.id)
      if (incident === null) return null
      const start = new Date(incident.lastWindow.start)
      const report = await findVerdict(db, incident.model, start)
      return report?.evidenceDigest === evidenceDigest ? reportSvg(report, drawnOnCard) : null
    }
    case 'notice':
      return null
  }
}
