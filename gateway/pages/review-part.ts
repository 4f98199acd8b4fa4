import type { ReleaseView } from '../../contracts/release.ts'
import { instant } from '../../reports/numbers.ts'
import { reviewLine } from '../../reports/release-words.ts'
import type { Session } from '../cookies.ts'
import { type Html, html } from './html.ts'

const words = {
  open: { role: 'red', title: 'The glass was broken' },
  upheld: { role: 'green', title: 'The glass was broken, and others upheld it' },
  objected: { role: 'red', title: 'The glass was broken, and others object' },
} as const

/** Of a release that somebody approved alone: who, why, and what others think of it, or the form to say so. */
export function reviewPart(view: ReleaseView, session: Session): Html | null {
  const { review } = view
  if (review === undefined) return null
  const { role, title } = words[review.state]
  return html`<div class="notice ${role}"><p><strong>${title}</strong></p>
<p>${review.brokenBy}, ${instant(review.openedAt)}: ${review.reason}</p>
${reviewLine(review).map((line) => html`<p>${line}</p>`)}</div>
${review.state === 'open' ? reviewForm(view, session) : null}`
}

const reviewForm = (
  view: ReleaseView,
  { csrf }: Session,
): Html => html`<form class="decide" method="post" action="/releases/${view.release}/review">
  <h2>Your review</h2>
  <input type="hidden" name="csrf" value="${csrf}">
  <input type="hidden" name="digest" value="${view.evidenceDigest}">
  <label for="review-reason">Reason <small>(needed to object; kept for good)</small></label>
  <textarea id="review-reason" name="reason" maxlength="2000"></textarea>
  <div class="buttons">
    <button class="approve" name="answer" value="approve">Uphold: it was right</button>
    <button class="reject" name="answer" value="reject">Object: it was not</button>
  </div>
</form>`
