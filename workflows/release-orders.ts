import type { Outcome } from '../contracts/release.ts'
import type { OrderMessage } from '../contracts/rollout.ts'
import type { Rollout } from '../policies/rollout.ts'
import { judgeOrder, type Ordered } from '../policies/rollout-orders.ts'
import { type GoodOrder, type JudgedOrder, recordedOrder } from './recorded-order.ts'
import type { Answering } from './release-answers.ts'

/** Where the traffic of one release stands. Only ever changed under the mutex of the release. */
export interface Rolling {
  /** Null: nothing moves in steps yet, or any more. */
  rollout: Rollout | null
}

/** Checks, judges and records one order, obeyed or refused; the person is told what came of it. */
export async function obeyOrder(
  rolling: Rolling,
  answering: Answering,
  message: OrderMessage,
): Promise<Outcome> {
  const { input, gate } = answering
  const { prefix, release } = input
  const evidenceDigest = gate?.evidenceDigest ?? ''
  const { judged, told, head } = await recordedOrder<Ordered | JudgedOrder>(
    { prefix, release, message, evidenceDigest },
    judge,
  )
  answering.head = head
  if ('rollout' in judged) rolling.rollout = judged.rollout
  return told

  function judge({ claims, person, askers }: GoodOrder): Ordered | JudgedOrder {
    if (rolling.rollout === null || gate === null) {
      const sentence = 'its traffic does not move in steps, or not yet, or not any more'
      return { outcome: 'NOT_NOW', sentence }
    }
    const { reason } = message
    const circumstances = { gate, askers, reason, nowMs: Date.now() }
    return judgeOrder(rolling.rollout, { ...claims, person }, circumstances)
  }
}
