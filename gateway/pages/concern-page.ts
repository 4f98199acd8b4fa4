import { partsOfCard } from '../../contracts/card.ts'
import type { Incident } from '../../contracts/incident.ts'
import type { Notice } from '../../contracts/notice.ts'
import type { IncidentWhy } from '../../contracts/why.ts'
import { concernLook, concernStateOf } from '../../reports/concern-words.ts'
import { largePicture } from '../../reports/incident-picture.ts'
import { openStateOf } from '../../reports/incident-words.ts'
import { instant, shortDigest } from '../../reports/numbers.ts'
import { kindLines, whyWords, windowsOf } from '../../reports/why-words.ts'
import type { Said, Session } from '../cookies.ts'
import type { ShownConcern } from '../shown-concerns.ts'
import { concernForms } from './concern-forms.ts'
import { type Html, html, trusted } from './html.ts'
import { layout } from './layout.ts'
import { listed } from './listed.ts'
import { saidPart } from './said-part.ts'
import { whyParts } from './why-parts.ts'

export interface ConcernPage extends ShownConcern {
  readonly session: Session
  readonly said: Said | null
  /** Names what the forms of this page ask for, so that each is asked once. */
  readonly ask: string
  /** The form that was refused just now, with what was typed into it. */
  readonly refused?: { readonly verb: string; readonly typed: Readonly<Record<string, string>> }
}

/** An incident or a notice: what its card says, its picture, and what can be done about it. */
export function concernPage(page: ConcernPage): string {
  const { concern, card, session, said } = page
  const picture = largePicture(page)
  const state = concernStateOf(concern)
  const look = concernLook(state, openLook(concern))
  const [why, ...parts] = partsOfCard(card)
  const apart = page.why === null ? [] : toldApart(page.why, concern)
  return layout({
    title: card.headline,
    session,
    environment: card.environment,
    body: html`<p><span class="state ${look.role}"><span aria-hidden="true">${look.icon}</span> ${state}</span>
  <span class="faint">${card.subject.kind}, opened ${instant(concern.openedAt)}</span></p>
<h1>${card.headline.replace(/^\S+ /, '')}</h1>
${said ? saidPart(said) : null}
${why?.sentences.filter((each) => !apart.includes(each)).map((each) => html`<p>${each}</p>`) ?? null}
${picture ? html`<div class="picture" tabindex="0">${trusted(picture)}</div>` : null}
${page.why ? whyParts(page.why) : null}
${parts.map(({ title, sentences }) => html`<h2>${title}</h2>\n${listed(sentences)}`)}
${concern.state === 'open' ? concernForms(page) : null}
<h2>Record</h2>
<dl>
  <dt>${card.subject.kind}</dt><dd><code>${concern.id}</code></dd>
  ${card.who ? html`<dt>owners</dt><dd>${card.who.replace(/^for /, '')}</dd>` : null}
  ${'cause' in concern ? null : recordOf(concern)}
</dl>`,
  })
}

/** What a card says in a sentence and the page in a part of its own. */
const toldApart = (why: IncidentWhy, { headline }: Incident | Notice): string[] => [
  ...kindLines(why, headline),
  ...windowsOf(why).flatMap((window) => whyWords(window).rows),
]

const openLook = (concern: Incident | Notice) =>
  'cause' in concern ? 'stale' : openStateOf(concern)

const recordOf = ({ evidenceDigest, runKey, release }: Incident): Html =>
  html`<dt>evidence</dt><dd><code title="${evidenceDigest}">${shortDigest(evidenceDigest)}</code> of its latest verdict</dd>
  ${runKey ? html`<dt>retraining</dt><dd><code>${runKey}</code></dd>` : null}
  ${release ? html`<dt>release</dt><dd><a href="/releases/${release}">${release}</a></dd>` : null}`
