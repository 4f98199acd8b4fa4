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
  const { view, session, said } = page
  const { approved, stays } = wordsOf(view.evidence)
  const never = whyNot(page)
  const notApprove = never ?? whyNotApprove(view, session)
  return html`<form class="decide" method="post" action="/releases/${view.release}">
  <h2>Your answer</h2>
  ${forWhom(page)}
  <input type="hidden" name="csrf" value="${session.csrf}">
  <input type="hidden" name="digest" value="${view.evidenceDigest}">
  <label for="reason">Reason <small>(needed to reject; kept for good)</small></label>
  <textarea id="reason" name="reason" maxlength="2000" ${never ? html`disabled` : null}>${said?.typed ?? ''}</textarea>
  ${notApprove ? html`<p id="why-not" class="red">${notApprove}</p>` : null}
  <div class="buttons">
    <button class="approve" name="answer" value="approve" ${notApprove ? html`disabled aria-describedby="why-not"` : null}>Approve: ${approved}</button>
    <button class="reject" name="answer" value="reject" ${never ? html`disabled aria-describedby="why-not"` : null}>Reject: ${stays}</button>
  </div>
</form>`
}

/** What is approved and kept by a freeze can be taken back: it is a rejection. */
export function withdrawPart(page: ReleasePage): Html {
  const { view, session, said } = page
  const never = whyNot(page)
  return html`<form class="decide" method="post" action="/releases/${view.release}">
  <h2>Withdraw it</h2>
  <p>It is approved and has not moved. Whoever may answer can take it back until it does; then ${wordsOf(view.evidence).stays}.</p>
  ${forWhom(page)}
  <input type="hidden" name="csrf" value="${session.csrf}">
  <input type="hidden" name="digest" value="${view.evidenceDigest}">
  <label for="reason">Reason <small>(kept for good)</small></label>
  <textarea id="reason" name="reason" maxlength="2000" required ${never ? html`disabled` : null}>${said?.typed ?? ''}</textarea>
  ${never ? html`<p id="why-not" class="red">${never}</p>` : null}
  <div class="buttons">
    <button class="reject" name="answer" value="reject" ${never ? html`disabled aria-describedby="why-not"` : null}>Withdraw: ${wordsOf(view.evidence).stays}</button>
  </div>
</form>`
}

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
