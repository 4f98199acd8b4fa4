import {
  allHandlersFinished,
  condition,
  defineQuery,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow'
import { messageNames, type ReviewInput } from '../contracts/messages.ts'
import type { DecisionMessage, Outcome } from '../contracts/release.ts'
import type { Gate } from '../policies/gate.ts'
import { releaseActs, reviewActs } from './activities.ts'
import { refuseMalformed } from './answer-message.ts'
import { createMutex } from './mutex.ts'
import { showPhase } from './phase.ts'
import { recordedAnswer } from './recorded-answer.ts'
import { releaseCards } from './release-cards.ts'

const decideUpdate = defineUpdate<Outcome, [DecisionMessage]>(messageNames.decide)
const stateQuery = defineQuery<Gate | null>(messageNames.state)

/** No request to review ever expires: milliseconds since 1970, the last that a date can hold. */
const never = 8.64e15

/**
 * What others think of a release whose glass was broken: the same quorum, without whoever broke it, upholds it, or one of
 * them objects. It stays open until they have; when it is overdue, people are told once. Nothing is rolled back by it.
 */
export async function review(input: ReviewInput): Promise<{ state: 'upheld' | 'objected' }> {
  const { model, prefix, release } = input
  const mutex = createMutex()
  const cards = releaseCards({ prefix, release })
  let gate: Gate | null = null
  setHandler(decideUpdate, (message) => mutex(() => answer(message)), {
    validator: refuseMalformed,
  })
  setHandler(stateQuery, () => gate)

  const opened = await reviewActs(prefix).openReview({ release })
  if (opened.state !== 'open') return { state: opened.state }
  gate = {
    ...{ release, purpose: 'review', evidenceDigest: opened.evidenceDigest },
    ...{ places: opened.places, owners: opened.owners, standIn: null },
    ...{ requestedBy: opened.requestedBy, expiresAtMs: never, approvals: [], decided: null },
  }
  showPhase(model, 'in review')
  cards.show()
  const due = Math.max(1, Date.parse(opened.dueAt) - Date.now())
  const isDecided = () => gate !== null && gate.decided !== null
  if (!(await condition(isDecided, due))) {
    const at = new Date(Date.now()).toISOString()
    await releaseActs(prefix).noteGateEvent({ release, kind: 'review-overdue', at })
    cards.remind('review-overdue')
    await condition(isDecided)
  }
  await mutex(async () => {})
  const state = gate.decided?.answer === 'reject' ? 'objected' : 'upheld'
  const at = new Date(Date.now()).toISOString()
  await reviewActs(prefix).endReview({ release, state, at })
  showPhase(model, state)
  cards.show()
  do {
    await condition(allHandlersFinished)
    await cards.shown()
    // What somebody thought while the last card was shown is answered too.
  } while (!allHandlersFinished())
  return { state }

  async function answer(message: DecisionMessage): Promise<Outcome> {
    await condition(() => gate !== null)
    const { judged } = await recordedAnswer({ prefix, gate: gate!, message, review: true })
    gate = judged.gate
    cards.show()
    return judged.outcome
  }
}
