import { currentSettings } from '../adapters/postgres/config-versions.ts'
import { incidentEvidence } from '../adapters/postgres/incident-evidence.ts'
import type { Card } from '../contracts/card.ts'
import type { Incident } from '../contracts/incident.ts'
import type { Notice } from '../contracts/notice.ts'
import { concernFrame } from '../reports/concern-words.ts'
import { incidentCard } from '../reports/incident-card.ts'
import type { IncidentEvidence } from '../reports/incident-picture.ts'
import { noticeCard } from '../reports/notice-card.ts'
import { concernOf } from './concerns.ts'
import type { GatewayDeps } from './deps.ts'

/** Of an incident: what is known of its latest bad window. */
export interface ShownConcern extends IncidentEvidence {
  readonly concern: Incident | Notice
  /** What chat shows of it. */
  readonly card: Card
}

/** An incident or a notice as people see it, on a card as on its page. Throws CONCERN_UNKNOWN. */
export async function shownConcern(
  { db, settings }: Pick<GatewayDeps, 'db' | 'settings'>,
  id: string,
): Promise<ShownConcern> {
  const concern = await concernOf(db, id)
  const frame = concernFrame((await currentSettings(db)).settings, settings, concern)
  if ('cause' in concern) {
    return { concern, card: noticeCard({ notice: concern, ...frame }), report: null, judged: null }
  }
  const evidence = await incidentEvidence(db, concern)
  return { concern, card: incidentCard({ incident: concern, ...evidence, ...frame }), ...evidence }
}
