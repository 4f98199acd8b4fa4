import type { ReleaseView } from '../../contracts/release.ts'
import { instant } from '../../reports/numbers.ts'
import { wordsOf } from '../../reports/release-words.ts'
import type { Session } from '../cookies.ts'
import { type Html, html } from './html.ts'
import type { ReleasePage } from './release-page.ts'

/** The form of the answer; who may not answer sees why. */
export function decidePart({ view, session, notice, nowMs }: ReleasePage): Html {
  const { approved, stays } = wordsOf(view.evidence)
  const never = whyNot(view, session, nowMs)
  const notApprove = never ?? whyNotApprove(view, session)
  return html`<form class="decide" method="post" action="/releases/${view.release}">
  <h2>Your answer</h2>
  <input type="hidden" name="csrf" value="${session.csrf}">
  <input type="hidden" name="digest" value="${view.evidenceDigest}">
  <label for="reason">Reason <small>(needed to reject; kept for good)</small></label>
  <textarea id="reason" name="reason" maxlength="2000" ${never ? html`disabled` : null}>${notice?.reason ?? ''}</textarea>
  ${notApprove ? html`<p id="why-not" class="red">${notApprove}</p>` : null}
  <div class="buttons">
    <button class="approve" name="answer" value="approve" ${notApprove ? html`disabled aria-describedby="why-not"` : null}>Approve: ${approved}</button>
    <button class="reject" name="answer" value="reject" ${never ? html`disabled aria-describedby="why-not"` : null}>Reject: ${stays}</button>
  </div>
</form>`
}

/** Why this person can give no answer at all; null when they can. */
function whyNot(view: ReleaseView, { person }: Session, nowMs: number): string | null {
  const { role } = view.evidence.policy
  if (nowMs >= Date.parse(view.expiresAt)) return `The request expired ${instant(view.expiresAt)}.`
  if (person.roles.includes(role)) return null
  const roles = person.roles.join(', ') || 'no role'
  return `Only someone with the role ${role} may answer. You are signed in as ${person.name} (${roles}).`
}

const whyNotApprove = (view: ReleaseView, { person }: Session): string | null =>
  view.requestedBy.includes(person.subject)
    ? 'You asked for this release, so somebody else has to approve it.'
    : null
