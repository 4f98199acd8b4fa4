import type { GateEventKind } from '../contracts/gate-event.ts'
import { placesInWords, placesOf, standInsInWords } from '../contracts/gate-policy.ts'
import type { ReleaseView } from '../contracts/release.ts'
import { instant } from './numbers.ts'
import { wordsOf } from './release-words.ts'

/** What chat is told of a request that still waits, beside its card. */
export function reminderText(
  { release, model, evidence, expiresAt }: ReleaseView,
  kind: GateEventKind,
): string {
  const { title, stays } = wordsOf(evidence)
  const what = `${model}, ${title} (${release})`
  const until = `It expires ${instant(expiresAt)}; then ${stays}.`
  const { escalation } = evidence.policy
  if (kind === 'escalated' && escalation !== undefined) {
    return `Nobody has decided about ${what} yet: from now on also ${standInsInWords(escalation)} may. ${until}`
  }
  const who = placesInWords(placesOf(evidence.policy))
  return `${kind === 'half-time' ? 'Half of the time is over' : 'Last call'}: ${what} waits for ${who}. ${until}`
}
