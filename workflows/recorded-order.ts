import { uuid4 } from '@temporalio/workflow'
import type { CheckedOrder } from '../activities/orders.ts'
import type { Outcome, OutcomeName } from '../contracts/release.ts'
import type { OrderMessage } from '../contracts/rollout.ts'
import { answerActs, orderActs } from './activities.ts'

/** An order whose token is good. */
export type GoodOrder = Extract<CheckedOrder, { readonly claims: object }>

export interface OrderTo {
  readonly prefix: string
  readonly release: string
  readonly message: OrderMessage
  /** Of what the release shows; empty: nothing. */
  readonly evidenceDigest: string
}

export interface JudgedOrder {
  readonly outcome: OutcomeName
  readonly sentence: string
}

/** Checks an order, lets `judge` judge one whose token is good, and appends it to the chain, obeyed or refused. */
export async function recordedOrder<Judged extends JudgedOrder>(
  { prefix, release, message: { token, reason }, evidenceDigest }: OrderTo,
  judge: (order: GoodOrder) => Judged,
): Promise<{ judged: Judged | JudgedOrder; told: Outcome; head: string }> {
  const id = uuid4()
  const checked = await orderActs(prefix).checkOrder({ release, id, token })
  const judged = refusedToken(checked) ?? judge(checked as GoodOrder)
  const { outcome, sentence } = judged
  const { claims } = checked
  const account = claims?.sub ?? ''
  const person = checked.claims === null ? '' : checked.person
  const { hash } = await answerActs(prefix).recordDecision({
    ...{ id, release, evidenceDigest, person },
    ...(person !== account && { account }),
    ...{ name: claims?.name ?? '', answer: null },
    ...(claims && { order: claims.command }),
    ...{ outcome, sentence, reason, jti: claims?.jti ?? null },
    at: new Date(Date.now()).toISOString(),
  })
  return { judged, told: { outcome, sentence, release }, head: hash }
}

/** Null: it is good. */
function refusedToken(checked: CheckedOrder): JudgedOrder | null {
  if (checked.claims === null) return { outcome: 'TOKEN_INVALID', sentence: checked.problem }
  return checked.used
    ? { outcome: 'DUPLICATE', sentence: 'this token was already used; ask for a new one' }
    : null
}
