import { verifyOrder } from '../adapters/identity/order-token.ts'
import { useToken } from '../adapters/postgres/decisions.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { OrderClaims } from '../contracts/rollout.ts'
import type { OnRolloutPhase } from '../contracts/rollout-phases.ts'
import { personOfAccount } from '../policies/people.ts'
import { namesOfAskers } from './askers.ts'
import { type DecisionDeps, peopleOf } from './decisions.ts'

export type OrderDeps = DecisionDeps & { readonly onRolloutPhase?: OnRolloutPhase }

export type CheckedOrder =
  | { readonly claims: null; readonly problem: string }
  | {
      readonly claims: OrderClaims
      /** By another order. */
      readonly used: boolean
      readonly person: string
      /** Every name of the people who asked for the release. */
      readonly askers: readonly string[]
    }

/** What makes an order count, on the queue `release`. */
export const orderActivities = (deps: OrderDeps) => ({
  /** Checks the token's signature and life, and uses it up. One that is worth nothing is an answer too, not an error. */
  async checkOrder(input: {
    readonly release: string
    /** Names this order across retries of the activity. */
    readonly id: string
    readonly token: string
  }): Promise<CheckedOrder> {
    let claims: OrderClaims
    try {
      claims = await verifyOrder(deps.publicKey, input.token, deps.clock())
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.code !== 'TOKEN_INVALID') throw error
      return { claims: null, problem: error.message }
    }
    if (claims.release !== input.release) {
      return { claims: null, problem: `the token is for the release ${claims.release}` }
    }
    await deps.onRolloutPhase?.('before order is used')
    const first = await useToken(deps.db, {
      ...{ jti: claims.jti, usedBy: input.id, release: input.release },
      at: new Date(deps.clock()),
    })
    await deps.onRolloutPhase?.('after order is used')
    const row = await findRelease(deps.db, input.release)
    const people = await peopleOf(deps, row?.model)
    const person = personOfAccount(people, { subject: claims.sub, person: claims.person })
    const askers = await namesOfAskers(deps.db, people, row?.requestedBy ?? [])
    return { claims, used: !first, person, askers }
  },
})
