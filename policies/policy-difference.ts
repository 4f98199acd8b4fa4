import type { GateRules } from '../contracts/gate-rules.ts'
import type { PolicyDifference } from '../contracts/policy-change.ts'

/** What two policies are compared in view of. */
export interface Surroundings {
  /** Milliseconds since 1970: a freeze that is over ends no more. */
  readonly nowMs: number
  /** The identity provider tells people apart too (`gateway.personClaim`). */
  readonly claimed: boolean
  /** Names to which rights to answer were handed that somebody holds now or later. */
  readonly handedTo: readonly string[]
}

/** One point in which two policies may differ. */
export type Rule = (
  before: GateRules,
  after: GateRules,
  surroundings: Surroundings,
) => PolicyDifference[]

export const looser = (what: string): PolicyDifference => ({ direction: 'looser', what })
export const tighter = (what: string): PolicyDifference => ({ direction: 'tighter', what })
