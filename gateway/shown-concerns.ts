import { currentSettings } from '../adapters/postgres/config-versions.ts'
import { incidentEvidence } from '../adapters/postgres/incident-evidence.ts'
import { incidentOnRecord } from '../adapters/postgres/window-records.ts'
import type { Card } from '../contracts/card.ts'
import type { Incident } from '../contracts/incident.ts'
import type { Notice } from '../contracts/notice.ts'
import type { IncidentWhy } from '../contracts/why.ts'
import { hasLabels, whyOfIncident } from '../policies/why.ts'
import { concernFrame } from '../reports/concern-words.ts'
import { incidentCard } from '../reports/incident-card.ts'
import type { IncidentEvidence } from '../reports/incident-picture.ts'
import { noticeCard } from '../reports/notice-card.ts'
import { concernOf } from './concerns.ts'
import type { GatewayDeps } from './deps.ts'

/** Of an incident: what is known of its latest bad window. */
export interface ShownConcern extends IncidentEvidence {
  readonly concern: Incident | Notice
  /** Null: of a notice. */
  readonly why: IncidentWhy | null
  /** What chat shows of it. */
  readonly card: Card
}

/** An incident or a notice as people see it, on a card as on its page. Throws CONCERN_UNKNOWN. */
export async function shownConcern(
  { db, settings }: Pick<GatewayDeps, 'db' | 'settings'>,
  id: string,
): Promise<ShownConcern> {
  const concern = await concernOf(db, id)
  const { settings: applied } = await currentSettings(db)
  const frame = concernFrame(applied, settings, concern)
  if ('cause' in concern) {
    const card = noticeCard({ notice: concern, ...frame })
    return { concern, card, why: null, report: null, judged: null }
  }
  const evidence = await incidentEvidence(db, concern)
  const why = whyOfIncident(await incidentOnRecord(db, concern), hasLabels(applied, concern))
  const card = incidentCard({ ...{ incident: concern, why }, ...evidence, ...frame })
  return { concern, card, why, ...evidence }
}
