import { currentSettings } from '../adapters/postgres/config-versions.ts'
import { findVerdict } from '../adapters/postgres/verdicts.ts'
import type { Card } from '../contracts/card.ts'
import type { Incident } from '../contracts/incident.ts'
import type { Notice } from '../contracts/notice.ts'
import type { Report } from '../contracts/report.ts'
import { concernFrame } from '../reports/concern-words.ts'
import { incidentCard } from '../reports/incident-card.ts'
import { noticeCard } from '../reports/notice-card.ts'
import { concernOf } from './concerns.ts'
import type { GatewayDeps } from './deps.ts'

export interface ShownConcern {
  readonly concern: Incident | Notice
  /** What chat shows of it. */
  readonly card: Card
  /** Of an incident: the verdict of its latest bad window; null where there is none (any more). */
  readonly report: Report | null
}

/** An incident or a notice as people see it, on a card as on its page. Throws CONCERN_UNKNOWN. */
export async function shownConcern(
  { db, settings }: Pick<GatewayDeps, 'db' | 'settings'>,
  id: string,
): Promise<ShownConcern> {
  const concern = await concernOf(db, id)
  const frame = concernFrame((await currentSettings(db)).settings, settings, concern)
  if ('cause' in concern) {
    return { concern, card: noticeCard({ notice: concern, ...frame }), report: null }
  }
  const report = await findVerdict(db, concern.model, new Date(concern.lastWindow.start))
  return { concern, card: incidentCard({ incident: concern, report, ...frame }), report }
}
