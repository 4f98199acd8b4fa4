import {
  allHandlersFinished,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { messageNames, type ReleaseInput } from '../contracts/messages.ts'
import type { DecisionMessage, Outcome, ReleaseState } from '../contracts/release.ts'
import type { OrderMessage } from '../contracts/rollout.ts'
import type { Gate } from '../policies/gate.ts'
import { releaseActs, stewardActs } from './activities.ts'
import { refuseMalformed, refuseMalformedOrder } from './answer-message.ts'
import { failureOf } from './failure.ts'
import { createMutex, type Mutex } from './mutex.ts'
import { showPhase } from './phase.ts'
import {
  type Answering,
  answerGate,
  lookAgain,
  openNow,
  passByRule,
  whoMay,
} from './release-answers.ts'
import { type ReleaseCards, releaseCards } from './release-cards.ts'
import { obeyOrder, type Rolling } from './release-orders.ts'
import { type Ended, passGate } from './release-traffic.ts'
import { untilDecided } from './release-waiting.ts'

const decideSignal = defineSignal<[DecisionMessage]>(messageNames.decide)
const decideUpdate = defineUpdate<Outcome, [DecisionMessage]>(messageNames.decide)
const orderUpdate = defineUpdate<Outcome, [OrderMessage]>(messageNames.order)
const lookAgainSignal = defineSignal(messageNames.lookAgain)
const stateQuery = defineQuery<ReleaseStatus>(messageNames.state)

export interface ReleaseStatus {
  readonly state: ReleaseState
  readonly gate: Gate | null
  /** Head of the chain of decisions after the latest answer, for whoever checks it later. */
  readonly head: string | null
}

export interface ReleaseResult {
  readonly release: string
  readonly state: ReleaseState
  readonly reason: string
  readonly head: string | null
}

/** Waits at the gate for people, then puts what they approved in place. Whatever happens, the steward hears of it. */
export async function release(input: ReleaseInput): Promise<ReleaseResult> {
  const mutex = createMutex()
  const answering: Answering = {
    ...{ input, gate: null, targetGeneration: '', head: null },
    ...{ moments: [], standIns: null, held: false, withdrawable: false },
  }
  let state: ReleaseState = 'waiting'
  const cards = releaseCards(input)
  const answer = async (message: DecisionMessage) => {
    const outcome = await mutex(() => answerGate(answering, message))
    cards.show()
    return outcome
  }
  setHandler(decideUpdate, answer, { validator: refuseMalformed })
  setHandler(decideSignal, async (message) => {
    try {
      refuseMalformed(message)
      log.info('answer judged', { ...(await answer(message)) })
    } catch (error) {
      // A Signal must never fail the release; nobody waits for this answer.
      log.warn('answer dropped', { reason: String(error) })
    }
  })
  const rolling: Rolling = { rollout: null }
  const order = async (message: OrderMessage) => {
    const outcome = await mutex(() => obeyOrder(rolling, answering, message))
    cards.show()
    return outcome
  }
  setHandler(orderUpdate, order, { validator: refuseMalformedOrder })
  setHandler(lookAgainSignal, async () => {
    await mutex(() => lookAgain(answering))
    cards.show()
  })
  setHandler(stateQuery, () => ({ state, gate: answering.gate, head: answering.head }))

  const enter = (next: ReleaseState) => {
    state = next
    showPhase(input.model, next)
    cards.show()
  }
  const ended = await walk({ answering, rolling, mutex, enter, cards })
  // Answers that waited for a request which never opened are told so.
  answering.voided ??= ended.reason
  const { windowsFrom, ...written } = ended
  await releaseActs(input.prefix).setReleaseState({ release: input.release, ...written })
  state = ended.state
  showPhase(input.model, state)
  cards.show()
  await stewardActs(input.prefix).tellSteward({
    prefix: input.prefix,
    model: input.model,
    signal: messageNames.childEnded,
    message: {
      child: 'release',
      eventId: `release/${input.release}/${workflowInfo().runId}`,
      release: input.release,
      state,
      version: state === 'promoted' ? input.candidateVersion : null,
      reason: ended.reason,
      ...(windowsFrom && { windowsFrom }),
    },
  })
  do {
    await condition(allHandlersFinished)
    await cards.shown()
    // An answer that came while the last card was shown is answered too.
  } while (!allHandlersFinished())
  return { release: input.release, ...written, head: answering.head }
}

interface Walk {
  readonly answering: Answering
  readonly rolling: Rolling
  readonly mutex: Mutex
  readonly enter: (state: ReleaseState) => void
  readonly cards: ReleaseCards
}

/** Gate, then what was approved. */
async function walk({ answering, rolling, mutex, enter, cards }: Walk): Promise<Ended> {
  const { input } = answering
  try {
    const opened = await openNow(input)
    if (opened.ended !== null) return { state: opened.ended, reason: 'it had ended before' }
    answering.targetGeneration = opened.targetGeneration
    const gate: Gate = {
      release: input.release,
      requestedBy: input.requestedBy,
      ...whoMay(opened),
      expiresAtMs: Date.parse(opened.expiresAt),
      evidenceDigest: opened.evidenceDigest,
      approvals: [],
      decided: opened.decided ?? null,
    }
    answering.gate = gate
    answering.moments = opened.moments ?? []
    answering.standIns = opened.escalation ?? null
    enter('waiting')
    if (!opened.critical && gate.decided === null) await mutex(() => passByRule(answering, gate))
    await untilDecided(answering, mutex, cards.remind)
    // An answer that is being judged right now comes first.
    await mutex(async () => {})
    const decided = answering.gate.decided
    if (decided === null && answering.voided) return { state: 'void', reason: answering.voided }
    if (decided === null)
      return { state: 'expired', reason: 'nobody decided in time, so what is in place stays' }
    if (decided.answer === 'reject') return { state: 'rejected', reason: `by ${decided.by}` }
    enter('promoting')
    const show = () => enter('promoting')
    return await passGate({ answering, rolling, mutex, show, update: cards.show })
  } catch (error) {
    const failure = failureOf(error)
    if (failure === null) throw error
    const state = voiding.includes(failure.code) ? 'void' : 'failed'
    return { state, reason: failure.sentence }
  }
}

/** The world is not the one that people were asked about. */
const voiding: readonly string[] = ['RELEASE_STALE', 'TRAFFIC_MOVED']
