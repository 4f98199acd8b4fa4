import { needsInWords, placesOf, standInOf } from '../../contracts/gate-policy.ts'
import type { ReleaseView } from '../../contracts/release.ts'
import { fitsAny } from '../../policies/quorum.ts'
import { asAsker } from '../../policies/right.ts'
import { instant } from '../../reports/numbers.ts'
import { wordsOf } from '../../reports/release-words.ts'
import type { Session } from '../cookies.ts'
import { type Html, html } from './html.ts'
import type { ReleasePage } from './release-page.ts'

/** The form of the answer; who may not answer sees why. */
export function decidePart(page: ReleasePage): Html {
  const { approved, stays } = wordsOf(page.view.evidence)
  const never = whyNot(page)
  const notApprove = never ?? whyNotApprove(page.view, page.session)
  return answerForm(page, {
    ...{ title: 'Your answer', lead: null, hint: 'needed to reject; kept for good' },
    ...{ required: false, never, why: notApprove },
    buttons: html`<button class="approve" name="answer" value="approve" ${unless(notApprove)}>Approve: ${approved}</button>
    <button class="reject" name="answer" value="reject" ${unless(never)}>Reject: ${stays}</button>`,
  })
}

/** What is approved and kept by a freeze can be taken back: it is a rejection. */
export function withdrawPart(page: ReleasePage): Html {
  const { stays } = wordsOf(page.view.evidence)
  const never = whyNot(page)
  return answerForm(page, {
    ...{ title: 'Withdraw it', hint: 'kept for good', required: true, never, why: never },
    lead: html`<p>It is approved and has not moved. Whoever may answer can take it back until it does; then ${stays}.</p>`,
    buttons: html`<button class="reject" name="answer" value="reject" ${unless(never)}>Withdraw: ${stays}</button>`,
  })
}

interface AnswerForm {
  readonly title: string
  readonly lead: Html | null
  /** Of the reason. */
  readonly hint: string
  readonly required: boolean
  /** Why no answer at all can be given, and why not all of them; null: they can. */
  readonly never: string | null
  readonly why: string | null
  readonly buttons: Html
}

const answerForm = (
  page: ReleasePage,
  { title, lead, hint, required, never, why, buttons }: AnswerForm,
): Html => html`<form class="decide" method="post" action="/releases/${page.view.release}">
  <h2>${title}</h2>
  ${lead}
  ${forWhom(page)}
  <input type="hidden" name="csrf" value="${page.session.csrf}">
  <input type="hidden" name="digest" value="${page.view.evidenceDigest}">
  <label for="reason">Reason <small>(${hint})</small></label>
  <textarea id="reason" name="reason" maxlength="2000" ${required ? html`required` : null} ${never ? html`disabled` : null}>${page.said?.typed ?? ''}</textarea>
  ${why ? html`<p id="why-not" class="red">${why}</p>` : null}
  <div class="buttons">
    ${buttons}
  </div>
</form>`

const unless = (why: string | null): Html | null =>
  why ? html`disabled aria-describedby="why-not"` : null

/** Why this person can give no answer at all; null when they can. */
function whyNot(page: ReleasePage): string | null {
  const { view, nowMs } = page
  const { person } = page.session
  const places = placesOf(view.evidence.policy)
  if (view.state === 'waiting' && nowMs >= Date.parse(view.expiresAt))
    return `The request expired ${instant(view.expiresAt)}.`
  if (isOwnRight(page) || usedRight(page) !== undefined) return null
  const has = [...person.roles, ...person.groups].join(', ') || 'no role'
  return `Only someone with ${needsInWords(places)} may answer. You are signed in as ${person.name} (${has}).`
}

const isOwnRight = ({ view, session: { person } }: ReleasePage): boolean =>
  fitsAny(placesOf(view.evidence.policy), person, standInOf(view))

/** Of the rights that others handed over, one by which this person may answer. */
const usedRight = ({ view, received }: ReleasePage) =>
  received.find((right) => fitsAny(placesOf(view.evidence.policy), right, standInOf(view)))

function forWhom(page: ReleasePage): Html | null {
  const right = isOwnRight(page) ? undefined : usedRight(page)
  if (right === undefined) return null
  return html`<p>You answer for ${right.name}, who handed the right to you until ${instant(right.until)}.</p>`
}

function whyNotApprove(
  { requestedBy, evidence: { policy } }: ReleaseView,
  { person: { subject, person = subject, groups } }: Session,
): string | null {
  const asked = asAsker(
    { requestedBy, owners: policy.owners ?? [] },
    { sub: subject, person, groups, askers: [] },
  )
  if (asked === null) return null
  return asked.owner === null
    ? 'You asked for this release, so somebody else has to approve it.'
    : `A rule asked for this release, which counts as if its owners (${asked.owner}) had. You are one of them, so somebody else has to approve it.`
}
