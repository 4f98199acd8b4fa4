import type { Card, CardAction } from '../contracts/card.ts'
import { type Incident, incidentKinds } from '../contracts/incident.ts'
import type { Report } from '../contracts/report.ts'
import { sinceText } from '../contracts/since-text.ts'
import type { IncidentWhy } from '../contracts/why.ts'
import {
  type ConcernFrame,
  concernLook,
  concernParts,
  concernStateOf,
  concernTitle,
} from './concern-words.ts'
import { certaintyOf } from './incident-certainty.ts'
import { type IncidentEvidence, incidentPicture } from './incident-picture.ts'
import { incidentWord, knownBy, openStateOf } from './incident-words.ts'
import { instant } from './numbers.ts'
import { performanceCertainty } from './performance-certainty.ts'
import { sliceLines } from './slices.ts'
import { kindLines } from './why-words.ts'

export interface IncidentCardInput extends ConcernFrame, IncidentEvidence {
  readonly incident: Incident
  readonly why: IncidentWhy
}

/** An incident as chat shows it: what, since when, how sure, what happens next. */
export function incidentCard({ incident, report, judged, why, ...frame }: IncidentCardInput): Card {
  const parts = concernParts(incident, frame)
  return {
    schema: 'driftgate-card/1',
    subject: { kind: 'incident', id: incident.id },
    environment: frame.environment,
    model: incident.model,
    ...parts,
    headline: incidentTitle(incident),
    why: [
      incident.headline,
      ...kindLines(why, incident.headline),
      ...sliceLines(report ?? {}, true),
      ...sinceOf(incident, report),
    ],
    good: [],
    sure: sureOf(incident, { report, judged }),
    risk: [],
    evidenceDigest: incident.evidenceDigest,
    link: frame.link,
    actions: actionsOf(incident),
    picture: picturePart(incident, { report, judged }, frame.link),
    anew: null,
  }
}

/** How it is known, and by which numbers. */
function sureOf(incident: Incident, { report, judged }: IncidentEvidence): string[] {
  const known = knownBy(incident)
  return [
    ...(known === null ? [] : [known]),
    ...(judged === null ? [] : performanceCertainty(judged)),
    ...(report === null ? [] : certaintyOf(report)),
  ]
}

/** What is open can be taken care of, and mended as far as its kind can be. */
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
    ...(incidentKinds[kind].retrains ? [action('retrain')] : []),
    ...(incidentKinds[kind].absorbs ? [action('absorb')] : []),
  ]
}

/** Null where nothing was compared, or where what is known is of another window than the incident tells. */
function picturePart(
  incident: Incident,
  evidence: IncidentEvidence,
  link: string,
): Card['picture'] {
  const picture = incidentPicture(evidence)
  if (picture === null || picture.evidenceDigest !== incident.evidenceDigest) return null
  return { alt: picture.alt, link: `${link}/picture.png` }
}

/** "▲ drift: car-loan since 2019-03-29 18:00 UTC". */
export function incidentTitle(incident: Incident): string {
  const now = concernStateOf(incident)
  const title = concernTitle(incidentWord(incident), incident.model, now)
  return `${concernLook(now, openStateOf(incident)).icon} ${title} since ${instant(incident.firstWindow.start)}`
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
