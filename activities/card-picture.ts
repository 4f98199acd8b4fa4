import { pngOf } from '../adapters/pictures/png.ts'
import { incidentEvidence } from '../adapters/postgres/incident-evidence.ts'
import { findIncident } from '../adapters/postgres/incidents.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { findEvidence } from '../adapters/postgres/releases.ts'
import type { Card } from '../contracts/card.ts'
import { incidentPicture } from '../reports/incident-picture.ts'
import { releaseSvg } from '../reports/release-svg.ts'

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
      const picture = incidentPicture(await incidentEvidence(db, incident))
      return picture?.evidenceDigest === evidenceDigest ? picture.svg() : null
    }
    case 'notice':
    case 'drill':
      return null
  }
}
