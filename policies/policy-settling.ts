import type { GateRules } from '../contracts/gate-rules.ts'
import { comparePolicies, type PolicyChange } from './policy-change.ts'
import type { Surroundings } from './policy-difference.ts'

/** A policy, and where the versions take the traffic that it protects. */
export interface PlacedPolicy {
  readonly rules: GateRules
  readonly place: string
}

export interface SettledPolicy {
  /** By which the gate judges from now on. */
  readonly rules: GateRules
  /** How the applied one differs from it; once it is in force, from the one before. */
  readonly change: PolicyChange
  /** The applied one is not in force: it is asked for at the gate of the one that is. */
  readonly waits: boolean
}

/** What is known of a model whose policy was applied. */
export interface KnownPolicies {
  /** Of the model, also of one that was taken out before; null: it was never applied. */
  readonly own: PlacedPolicy | null
  /** The configuration before had the model, too. */
  readonly stays: boolean
  /** Of other models whose versions took, or take, the traffic of the same place. */
  readonly there: readonly GateRules[]
}

/**
 * What comes of a policy that was applied. One that is no looser than any that protects what it is about comes into force;
 * any other has to pass the gate that is in force. When a model comes to a place, those of others there count as well:
 * another name for the same thing is no way around its gate.
 */
export function settlePolicy(
  applied: PlacedPolicy,
  { own, stays, there }: KnownPolicies,
  surroundings: Surroundings,
): SettledPolicy {
  const comes = own === null || !stays || own.place !== applied.place
  const guards = [...(own === null ? [] : [own.rules]), ...(comes ? there : [])]
  const from = (guard: GateRules) => comparePolicies(guard, applied.rules, surroundings)
  // Where nobody is asked, whoever may apply decides.
  const passed = guards.filter((guard) => guard.critical && from(guard).direction === 'looser')
  const [first] = passed
  if (first === undefined) {
    const [before] = guards
    const change = before ? from(before) : { direction: 'same' as const, differences: [] }
    return { rules: applied.rules, change, waits: false }
  }
  const isLooser = (than: GateRules, rules: GateRules) =>
    comparePolicies(than, rules, surroundings).direction === 'looser'
  const rules = passed.find((each) => guards.every((other) => !isLooser(other, each))) ?? first
  return { rules, change: from(rules), waits: true }
}
