import type { GateEventKind } from '../contracts/gate-event.ts'
import { placesInWords, placesOf, standInsInWords } from '../contracts/gate-policy.ts'
import type { ReleaseView } from '../contracts/release.ts'
import { instant } from './numbers.ts'
import { wordsOf } from './release-words.ts'

/** What chat is told of a request that still waits, beside its card. */
export function reminderText(view: ReleaseView, kind: GateEventKind): string {
  const { release, model, evidence, expiresAt, review } = view
  const { title, stays } = wordsOf(evidence)
  const what = `${model}, ${title} (${release})`
  const until = `It expires ${instant(expiresAt)}; then ${stays}.`
  if (kind === 'review-overdue') {
    const by = review?.brokenBy ?? 'somebody'
    return `Overdue: ${by} broke the glass for ${what}, and nobody has reviewed it: driftgate review ${release}`
  }
  const { escalation } = evidence.policy
  if (kind === 'escalated' && escalation !== undefined) {
    return `Nobody has decided about ${what} yet: from now on also ${standInsInWords(escalation)} may. ${until}`
  }
  if (kind === 'asked-again') {
    return `Nobody has decided about ${what} in time, so it is asked once more, of ${placesInWords(placesOf(evidence.policy))}. ${until}`
  }
  const who = placesInWords(placesOf(evidence.policy))
  return `${kind === 'half-time' ? 'Half of the time is over' : 'Last call'}: ${what} waits for ${who}. ${until}`
}
