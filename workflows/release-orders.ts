import { ApplicationFailure, uuid4 } from '@temporalio/workflow'
import type { Outcome } from '../contracts/release.ts'
import { type OrderMessage, orderMessageSchema } from '../contracts/rollout.ts'
import type { Rollout } from '../policies/rollout.ts'
import { judgeOrder, type Ordered } from '../policies/rollout-orders.ts'
import { answerActs, orderActs } from './activities.ts'
import type { Answering } from './release-answers.ts'

/** Where the traffic of one release stands. Only ever changed under the mutex of the release. */
export interface Rolling {
  /** Null: nothing moves in steps yet, or any more. */
  rollout: Rollout | null
}

/** The validator of the Update: only what is malformed, before anything is recorded. */
export function refuseMalformedOrder(message: OrderMessage): void {
  if (orderMessageSchema.safeParse(message).success) return
  throw ApplicationFailure.nonRetryable('that is no order', 'DECISION_MALFORMED')
}

/** Checks, judges and records one order, obeyed or refused; the person is told what came of it. */
export async function obeyOrder(
  rolling: Rolling,
  answering: Answering,
  { token, reason }: OrderMessage,
): Promise<Outcome> {
  const { input, gate } = answering
  const { prefix, release } = input
  const id = uuid4()
  const checked = await orderActs(prefix).checkOrder({ release, id, token })
  const judged = judge()
  const { claims } = checked
  const account = claims?.sub ?? ''
  const person = checked.claims === null ? '' : checked.person
  const { hash } = await answerActs(prefix).recordDecision({
    ...{ id, release, evidenceDigest: gate?.evidenceDigest ?? '', person },
    ...(person !== account && { account }),
    ...{ name: claims?.name ?? '', answer: null },
    ...(claims && { order: claims.command }),
    ...{ outcome: judged.outcome, sentence: judged.sentence, reason, jti: claims?.jti ?? null },
    at: new Date(Date.now()).toISOString(),
  })
  answering.head = hash
  if (judged.rollout !== null) rolling.rollout = judged.rollout
  return { outcome: judged.outcome, sentence: judged.sentence, release }

  function judge(): Omit<Ordered, 'rollout'> & { readonly rollout: Rollout | null } {
    const refuse = (outcome: Ordered['outcome'], sentence: string) => ({
      ...{ rollout: null, outcome, sentence },
    })
    if (checked.claims === null) return refuse('TOKEN_INVALID', checked.problem)
    if (checked.used) return refuse('DUPLICATE', 'this token was already used; ask for a new one')
    if (rolling.rollout === null || gate === null) {
      return refuse('NOT_NOW', 'its traffic does not move in steps, or not yet, or not any more')
    }
    const { places, standIn } = gate
    const rights = { places, standIn, askers: checked.askers }
    const named = { ...checked.claims, person: checked.person }
    return judgeOrder(rolling.rollout, named, rights, { reason, nowMs: Date.now() })
  }
}
