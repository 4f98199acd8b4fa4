import type { Place } from '../contracts/gate-policy.ts'
import type { Answer, DecisionClaims, Outcome } from '../contracts/release.ts'
import type { Filled, Member, StandIn } from './quorum.ts'
import type { Delegated } from './right.ts'

/** One gate: what was asked, who may answer, and what was answered so far. Plain JSON. */
export interface Gate {
  readonly release: string
  /** Subjects and rules that asked for the release; no subject among them may approve it. */
  readonly requestedBy: readonly string[]
  /** Who must approve. */
  readonly places: readonly Place[]
  /** Groups and people that count as having asked for what a rule asked for. */
  readonly owners: readonly string[]
  /** Those who may fill any place since nobody decided for too long; null: nobody may. */
  readonly standIn: StandIn
  readonly expiresAtMs: number
  /** Digest of what is shown now. */
  readonly evidenceDigest: string
  /** Who may approve alone and at once; absent: nobody may. */
  readonly breakGlass?: StandIn
  /** A review asks what to think of what was approved so, a drill whether answers come through; absent: whether to release. */
  readonly purpose?: 'review' | 'drill'
  readonly approvals: readonly Approval[]
  readonly decided: Decided | null
}

export interface Approval extends Member {
  readonly account: string
  readonly name: string
  readonly atMs: number
  /** Whose right it was, where it was handed over. */
  readonly behalf?: Pick<Delegated, 'person' | 'account' | 'name'>
}

export interface Decided {
  readonly answer: Answer
  readonly by: string
  readonly atMs: number
  /** It moves at once, and others look at it afterwards. */
  readonly brokeGlass?: true
  /** It was approved before, and was rejected while a freeze kept it from moving. */
  readonly withdrew?: true
}

/** An answer after its token was checked: either claims, or why the token is worth nothing. */
export type CheckedAnswer =
  | { readonly claims: null; readonly problem: string }
  | {
      readonly claims: DecisionClaims
      /** Whose account it is, where that is known by another name than the account's. */
      readonly person?: string
      /** All accounts of that person that the configuration knows. */
      readonly accounts?: readonly string[]
      /** Other names of those who asked, so that an account more makes nobody somebody else. */
      readonly askers?: readonly string[]
      /** Rights that were handed to that person and hold now. */
      readonly delegations?: readonly Delegated[]
      /** The token was used by an earlier answer. */
      readonly used: boolean
      /** Digest of the evidence as it is at this moment; differs from the gate's when the world moved. */
      readonly currentDigest: string
    }

export interface Judgement {
  readonly gate: Gate
  readonly outcome: Outcome
  /** Whose right was used, where it was handed over. */
  readonly behalf?: Delegated
  /** Of an approval that counts: who counts for what after it. */
  readonly filled?: Filled<Approval>
}
