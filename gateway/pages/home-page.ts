import type { Readiness } from '../../contracts/drill.ts'
import type { Incident } from '../../contracts/incident.ts'
import type { Notice } from '../../contracts/notice.ts'
import type { PendingPolicy } from '../../contracts/policy-change.ts'
import type { ReleaseView } from '../../contracts/release.ts'
import { subjectOf } from '../../contracts/release.ts'
import type { HeldRetrainings } from '../../contracts/retraining-answer.ts'
import { pathOfConcern } from '../../reports/concern-words.ts'
import { incidentTitle } from '../../reports/incident-card.ts'
import { noticeTitle } from '../../reports/notice-card.ts'
import { instant } from '../../reports/numbers.ts'
import { wordsOf } from '../../reports/release-words.ts'
import type { Session } from '../cookies.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { pendingPart } from './pending-part.ts'
import { readinessPart } from './readiness-part.ts'
import { stateLook } from './release-state.ts'
import { retrainingPart } from './retraining-part.ts'

export interface Home {
  readonly releases: readonly ReleaseView[]
  readonly concerns: readonly (Incident | Notice)[]
  /** Applied and not in force. */
  readonly policies: readonly PendingPolicy[]
  readonly retraining: HeldRetrainings
  /** Of models that drills are configured for. */
  readonly readiness: readonly { readonly model: string; readonly readiness: Readiness }[]
  /** Whose predictions can be traced. */
  readonly traceable: readonly string[]
}

/** The releases there are, what waits first; then what is open. */
export function homePage(
  { releases, concerns, policies, retraining, readiness, traceable }: Home,
  frame: { session: Session; environment: string },
): string {
  const waiting = releases.filter(({ state }) => state === 'waiting')
  const listed = [...waiting, ...releases.filter(({ state }) => state !== 'waiting')]
  const rows = listed.map(({ release, state, evidence, openedAt }) => {
    const { icon, word, role } = stateLook(state, subjectOf(evidence))
    return html`<tr><td><a href="/releases/${release}">${release}</a></td><td class="${role}"><span aria-hidden="true">${icon}</span> ${word}</td><td>${wordsOf(evidence).candidate}</td><td>${instant(openedAt)}</td></tr>`
  })
  const title =
    waiting.length === 0 ? 'Nothing waits for an answer' : `${waiting.length} waiting for an answer`
  return layout({
    title,
    ...frame,
    body: html`<h1>${title}</h1>
${
  rows.length > 0 &&
  html`<div class="scroll"><table class="left">
  <thead><tr><th scope="col">release</th><th scope="col">state</th><th scope="col">candidate</th><th scope="col">asked</th></tr></thead>
  <tbody>${rows}</tbody>
</table></div>`
}
${pendingPart(policies)}
${concerns.length > 0 && openPart(concerns)}
${retrainingPart(retraining)}
${readinessPart(readiness)}
${traceable.length > 0 && tracePart(traceable)}`,
  })
}

const tracePart = (models: readonly string[]): Html => html`<h2>Trace a prediction</h2>
<ul>${models.map(
  (model) => html`<li><a href="/models/${encodeURIComponent(model)}/predictions">${model}</a></li>`,
)}</ul>`

const openPart = (
  concerns: readonly (Incident | Notice)[],
): Html => html`<h2>${concerns.length} open ${concerns.length === 1 ? 'incident or notice' : 'incidents and notices'}</h2>
<div class="scroll"><table class="left">
  <thead><tr><th scope="col">what</th><th scope="col">who takes care</th></tr></thead>
  <tbody>${concerns.map(
    (each) =>
      html`<tr><td><a href="${pathOfConcern(each)}">${titleOf(each)}</a></td><td>${each.acknowledged?.name ?? 'nobody yet'}</td></tr>`,
  )}</tbody>
</table></div>`

const titleOf = (each: Incident | Notice): string =>
  'cause' in each ? noticeTitle(each) : incidentTitle(each)
