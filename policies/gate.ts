import { needsInWords, type Place, placesInWords } from '../contracts/gate-policy.ts'
import type { Answer, DecisionClaims, Outcome, OutcomeName } from '../contracts/release.ts'
import { type Filled, fillPlaces, type Member, peopleNeeded, type StandIn } from './quorum.ts'
import { asAsker, type Delegated, hasApproved, rightOf } from './right.ts'

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

/** Judges one answer at `nowMs` (milliseconds since 1970, workflow time). The first terminal decision wins. */
export function judgeAnswer(gate: Gate, checked: CheckedAnswer, nowMs: number): Judgement {
  const refuse = (outcome: OutcomeName, sentence: string): Judgement => ({
    gate,
    outcome: { outcome, sentence, release: gate.release },
  })

  if (checked.claims === null) return refuse('TOKEN_INVALID', checked.problem)
  // A token of an older gateway names no groups.
  const claims = { ...checked.claims, groups: checked.claims.groups ?? [] }
  const person = checked.person ?? claims.sub
  if (claims.release !== gate.release) {
    return refuse('TOKEN_INVALID', `the token is for the release ${claims.release}`)
  }
  if (checked.used) return refuse('DUPLICATE', 'this token was already used; ask for a new one')
  const askers = checked.askers ?? []
  const right = rightOf(gate, claims, checked.delegations ?? [], askers)
  if (right === null) {
    return refuse('NOT_AUTHORISED', `${claims.name} does not have ${needsInWords(gate.places)}`)
  }
  if (gate.decided !== null) return alreadyDecided(gate, gate.decided)
  if (nowMs >= gate.expiresAtMs) {
    return refuse('EXPIRED', `the request expired at ${isoTime(gate.expiresAtMs)}`)
  }
  if (claims.digest !== gate.evidenceDigest) {
    return refuse('STALE_EVIDENCE', 'the request shows other evidence now: read it again')
  }
  const { behalf } = right
  const by = behalf === null ? claims.name : `${claims.name} for ${behalf.name}`
  if (claims.answer === 'reject')
    return withBehalf(close(gate, claims, by, nowMs, 'REJECTED'), behalf)

  const self = asAsker(gate, { ...claims, person, askers })
  if (self !== null) return refuse('SELF_APPROVAL', selfInWords(claims.name, self.owner))
  const other = behalf && asAsker(gate, { ...behalf, sub: behalf.account, askers })
  if (other) return refuse('SELF_APPROVAL', selfInWords(behalf.name, other.owner))
  if (checked.currentDigest !== gate.evidenceDigest) {
    return refuse('STALE_EVIDENCE', 'the evidence changed since it was shown: the request is void')
  }
  if (hasApproved(gate, [person, claims.sub, ...(checked.accounts ?? [])])) {
    return refuse('DUPLICATE', `${claims.name} has already approved`)
  }
  if (behalf && hasApproved(gate, [behalf.person, behalf.account])) {
    return refuse('DUPLICATE', `${behalf.name} has already approved`)
  }
  const { sub: account, name } = claims
  const approval = { person, account, name, ...right, atMs: nowMs }
  return withBehalf(approve(gate, claims, by, approval), behalf)
}

const withBehalf = (judged: Judgement, behalf: Delegated | null): Judgement =>
  behalf === null ? judged : { ...judged, behalf }

const selfInWords = (name: string, owner: string | null): string =>
  owner === null
    ? `${name} asked for this release and may not approve it`
    : `${name} is among the owners (${owner}), who count as having asked for what a rule asks for, and may not approve it`

function approve(
  gate: Gate,
  claims: DecisionClaims,
  by: string,
  { behalf, ...given }: Omit<Approval, 'behalf'> & { readonly behalf: Delegated | null },
): Judgement {
  const approval: Approval = { ...given, ...(behalf && { behalf: namesOf(behalf) }) }
  const counted = { ...gate, approvals: [...gate.approvals, approval] }
  const filled = fillPlaces(gate.places, counted.approvals, gate.standIn)
  if (filled.missing.length === 0)
    return { ...close(counted, claims, by, given.atMs, 'APPROVED'), filled }
  const of = peopleNeeded(gate.places)
  const missing = placesInWords(filled.missing)
  return {
    gate: counted,
    outcome: {
      outcome: 'ACCEPTED_PENDING_QUORUM',
      sentence: `accepted, ${filled.taken.length} of ${of} approvals; still missing: ${missing}`,
      release: gate.release,
    },
    filled,
  }
}

const namesOf = ({ person, account, name }: Delegated) => ({ person, account, name })

function close(
  gate: Gate,
  claims: DecisionClaims,
  by: string,
  nowMs: number,
  outcome: 'APPROVED' | 'REJECTED',
): Judgement {
  const verb = outcome === 'APPROVED' ? 'approved' : 'rejected'
  return {
    gate: { ...gate, decided: { answer: claims.answer, by, atMs: nowMs } },
    outcome: {
      outcome,
      sentence: `${by} ${verb} ${gate.release}`,
      release: gate.release,
      by,
      at: isoTime(nowMs),
    },
  }
}

function alreadyDecided(gate: Gate, decided: Decided): Judgement {
  const verb = decided.answer === 'approve' ? 'approved' : 'rejected'
  const at = isoTime(decided.atMs)
  return {
    gate,
    outcome: {
      outcome: 'ALREADY_DECIDED',
      sentence: `${decided.by} already ${verb} it at ${at}`,
      release: gate.release,
      by: decided.by,
      at,
    },
  }
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
