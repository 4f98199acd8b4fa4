import type { Card, CardAction } from '../contracts/card.ts'
import type { Incident, IncidentKind } from '../contracts/incident.ts'
import type { Report } from '../contracts/report.ts'
import { sinceText } from '../contracts/since-text.ts'
import {
  type ConcernFrame,
  concernLook,
  concernParts,
  concernStateOf,
  concernTitle,
} from './concern-words.ts'
import { certaintyOf } from './incident-certainty.ts'
import { instant } from './numbers.ts'
import { reportAlt } from './report-svg.ts'
import { sliceLines } from './slices.ts'
import type { StateName } from './vocabulary.ts'

export interface IncidentCardInput extends ConcernFrame {
  readonly incident: Incident
  /** Of its latest bad window; null: retention has taken it. */
  readonly report: Report | null
}

const looks: Readonly<Record<IncidentKind, { state: StateName; word: string }>> = {
  DRIFT: { state: 'drifted', word: 'drift' },
  DATA_QUALITY: { state: 'failed', word: 'broken input' },
  PERFORMANCE: { state: 'drifted', word: 'worse performance' },
}

/** An incident as chat shows it: what, since when, how sure, what happens next. */
export function incidentCard({ incident, report, ...frame }: IncidentCardInput): Card {
  const parts = concernParts(incident, frame)
  return {
    schema: 'driftgate-card/1',
    subject: { kind: 'incident', id: incident.id },
    environment: frame.environment,
    model: incident.model,
    ...parts,
    headline: incidentTitle(incident),
    why: [incident.headline, ...sliceLines(report ?? {}, true), ...sinceOf(incident, report)],
    good: [],
    sure: report === null ? [] : certaintyOf(report),
    risk: [],
    evidenceDigest: incident.evidenceDigest,
    link: frame.link,
    actions: actionsOf(incident),
    picture: picturePart(report, incident, frame.link),
    anew: null,
  }
}

/** What is open can be taken care of, and mended; nothing is retrained on broken input. */
function actionsOf({
  id,
  kind,
  state,
  acknowledged,
  evidenceDigest: digest,
}: Incident): CardAction[] {
  if (state === 'resolved') return []
  const action = (verb: CardAction['verb']): CardAction => ({
    verb,
    subject: id,
    digest,
    confirm: null,
  })
  return [
    ...(acknowledged === undefined ? [action('acknowledge')] : []),
    ...(kind === 'DRIFT' ? [action('retrain')] : []),
    action('absorb'),
  ]
}

/** So many features are drawn on a card; its page draws more. */
export const drawnOnCard = 2

/** Null where nothing was compared, or where the report is of another verdict than the incident tells. */
function picturePart(report: Report | null, incident: Incident, link: string): Card['picture'] {
  if (report === null || report.features.length === 0) return null
  if (report.evidenceDigest !== incident.evidenceDigest) return null
  return { alt: reportAlt(report, drawnOnCard), link: `${link}/picture.png` }
}

/** "▲ drift: car-loan since 2019-03-29 18:00 UTC". */
export function incidentTitle(incident: Incident): string {
  const { state, word } = looks[incident.kind]
  const now = concernStateOf(incident)
  const title = concernTitle(word, incident.model, now)
  return `${concernLook(now, state).icon} ${title} since ${instant(incident.firstWindow.start)}`
}

/** Which windows, and where within them it began as far as that can be told. */
function sinceOf(incident: Incident, report: Report | null): string[] {
  const { state, windows, firstWindow, lastWindow } = incident
  const soFar = state === 'open' ? ' so far' : ''
  const bad =
    windows === 1
      ? `One bad window${soFar}, from ${instant(firstWindow.start)}.`
      : `${windows} bad windows${soFar}, from ${instant(firstWindow.start)} to ${instant(lastWindow.end)}.`
  return [bad, ...(report?.since ? [`Changed ${sinceText(report.since)}.`] : [])]
}
