import type { HistoryEntry } from '../contracts/api.ts'
import type { Incident } from '../contracts/incident.ts'
import type { OutcomeName, ReleaseView } from '../contracts/release.ts'
import { knownBy, openStateOf } from './incident-words.ts'
import { stateOfRelease } from './model-tree.ts'
import { instant, shortDigest } from './numbers.ts'
import { heading, paragraph, stateMark } from './page.ts'
import { wordsOf } from './release-words.ts'
import { element, escapeMarkup } from './svg.ts'

/** What is known of a running model beside its report; each list with the newest first. */
export interface ModelPast {
  readonly windows: readonly HistoryEntry[]
  readonly incidents: readonly Incident[]
  readonly releases: readonly ReleaseView[]
}

/** The newest of each are drawn, the others counted. */
const most = 10

/** Incidents, and releases with who decided on what. */
export function pastSections({ incidents, releases }: Pick<ModelPast, 'incidents' | 'releases'>) {
  const open = incidents.filter(({ state }) => state === 'open').length
  const waiting = releases.filter(({ state }) => state === 'waiting').length
  return [
    listed(`incidents: ${counted(incidents.length, open, 'open')}`, incidents.map(incidentPart)),
    listed(`releases: ${counted(releases.length, waiting, 'waiting')}`, releases.map(releasePart)),
  ].join('\n')
}

const counted = (all: number, some: number, what: string): string =>
  all === 0 ? 'none so far' : some === 0 ? `${all}, none ${what}` : `${all}, ${some} ${what}`

function listed(title: string, parts: readonly string[]): string {
  const hidden = parts.length - most
  return element(
    'section',
    {},
    heading(2, title),
    ...parts.slice(0, most),
    hidden > 0 ? paragraph(`and ${hidden} older`, 'faint') : '',
  )
}

function incidentPart(incident: Incident): string {
  const { kind, state, openedAt, resolvedAt, windows, firstWindow, headline, next } = incident
  const known = knownBy(incident)
  const ended = resolvedAt === null ? '' : `, resolved ${instant(resolvedAt)}`
  return element(
    'div',
    {},
    element(
      'h3',
      {},
      stateMark(state === 'open' ? openStateOf(incident) : 'ok', state),
      ` ${kind}`,
    ),
    known === null ? '' : paragraph(known),
    paragraph(headline),
    paragraph(
      `opened ${instant(openedAt)}${ended}; ${windows} ${windows === 1 ? 'window' : 'windows'} from ${instant(firstWindow.start)} on; ${next}`,
      'faint',
    ),
  )
}

function releasePart(release: ReleaseView): string {
  const { evidence, decisions, requestedBy } = release
  const { title: what, summary } = wordsOf(evidence)
  const title = ` ${release.release}: ${what}`
  return element(
    'div',
    {},
    element('h3', {}, stateMark(stateOfRelease[release.state], release.state), escapeMarkup(title)),
    paragraph(summary),
    decisions.length === 0
      ? paragraph('nobody has decided')
      : element(
          'ul',
          {},
          ...decisions.map((decision) => element('li', {}, decisionText(decision))),
        ),
    paragraph(
      `asked for by ${requestedBy.join(', ') || 'the model itself'} on ${instant(release.openedAt)}; evidence ${shortDigest(release.evidenceDigest)}`,
      'faint',
    ),
  )
}

const said: Partial<Record<OutcomeName, string>> = {
  APPROVED: 'approved',
  REJECTED: 'rejected',
  ACCEPTED_PENDING_QUORUM: 'approved, others have to as well',
}

const saidInReview: Partial<Record<OutcomeName, string>> = {
  APPROVED: 'upheld it afterwards',
  REJECTED: 'objected afterwards',
  ACCEPTED_PENDING_QUORUM: 'upheld it afterwards, others have to as well',
}

function decisionText(decision: ReleaseView['decisions'][number]) {
  const { onBehalfOf, brokeGlass, answer, outcome, reason, at } = decision
  const person = `${decision.person}${onBehalfOf === undefined ? '' : ` for ${onBehalfOf}`}${brokeGlass ? ' broke the glass and' : ''}`
  const word =
    (decision.review ? saidInReview : said)[outcome] ??
    `wanted to ${answer ?? 'decide'}: ${outcome.toLowerCase().replaceAll('_', ' ')}`
  const why = reason === '' ? '' : `: ${reason}`
  return escapeMarkup(`${person} ${word}, ${instant(at)}${why}`)
}
