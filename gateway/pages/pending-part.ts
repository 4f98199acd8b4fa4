import type { PendingPolicy } from '../../contracts/policy-change.ts'
import { pendingNext, pendingSentence } from '../../reports/policy-words.ts'
import { type Html, html } from './html.ts'

/** Policies that were applied and by which nothing is judged yet; null: there are none. */
export function pendingPart(policies: readonly PendingPolicy[]): Html | null {
  if (policies.length === 0) return null
  return html`<div class="notice amber">${policies.map((policy) => {
    const next = policy.state === 'waiting' ? null : pendingNext(policy)
    return html`<p><strong>${policy.model}</strong>: ${pendingSentence(policy)}. <a href="/releases/${policy.release}">What was asked</a></p>
<p>${policy.differences.map(({ what }) => what).join('; ')}${next ? html`<br>${next}` : null}</p>`
  })}</div>`
}
