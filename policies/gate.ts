import { needsInWords, placesInWords } from '../contracts/gate-policy.ts'
import type { DecisionClaims, OutcomeName } from '../contracts/release.ts'
import { judgeBreakGlass } from './break-glass.ts'
import { alreadyDecided, close, isoTime, refusal } from './gate-closing.ts'
import type { Approval, CheckedAnswer, Gate, Judgement } from './gate-state.ts'
import { fillPlaces, peopleNeeded } from './quorum.ts'
import { asAsker, type Delegated, hasApproved, rightOf } from './right.ts'

export type { Approval, CheckedAnswer, Decided, Gate, Judgement } from './gate-state.ts'

/** What else an answer is judged by. */
export interface Circumstances {
  readonly reason: string
  /** It is approved, and a freeze keeps it from moving. */
  readonly held: boolean
  /** For as long as that is so, whoever may reject takes it back. */
  readonly withdrawable?: boolean
}

/** Judges one answer at `nowMs` (milliseconds since 1970, workflow time). The first terminal decision wins. */
export function judgeAnswer(
  gate: Gate,
  checked: CheckedAnswer,
  nowMs: number,
  { reason, held, withdrawable = false }: Circumstances = { reason: '', held: false },
): Judgement {
  const refuse = (outcome: OutcomeName, sentence: string) => refusal(gate, outcome, sentence)

  if (checked.claims === null) return refuse('TOKEN_INVALID', checked.problem)
  // A token of an older gateway names no groups.
  const claims = { ...checked.claims, groups: checked.claims.groups ?? [] }
  const person = checked.person ?? claims.sub
  if (claims.release !== gate.release) {
    return refuse('TOKEN_INVALID', `the token is for the release ${claims.release}`)
  }
  if (checked.used) return refuse('DUPLICATE', 'this token was already used; ask for a new one')
  if (claims.purpose !== gate.purpose) {
    const what = (purpose = 'release') => `a ${purpose}`
    return refuse(
      'TOKEN_INVALID',
      `the token is for ${what(claims.purpose)}, not ${what(gate.purpose)}`,
    )
  }
  if (claims.breakGlass) {
    const { currentDigest } = checked
    return judgeBreakGlass(gate, { claims, currentDigest, reason, held }, nowMs)
  }
  const askers = checked.askers ?? []
  const right = rightOf(gate, claims, checked.delegations ?? [], askers)
  if (right === null) {
    return refuse('NOT_AUTHORISED', `${claims.name} does not have ${needsInWords(gate.places)}`)
  }
  const { decided } = gate
  const withdraws =
    withdrawable && claims.answer === 'reject' && decided?.answer === 'approve' && held
  if (decided !== null && !withdraws) return alreadyDecided(gate, decided)
  if (decided === null && nowMs >= gate.expiresAtMs) {
    return refuse('EXPIRED', `the request expired at ${isoTime(gate.expiresAtMs)}`)
  }
  if (claims.digest !== gate.evidenceDigest) {
    return refuse('STALE_EVIDENCE', 'the request shows other evidence now: read it again')
  }
  const { behalf } = right
  const by = behalf === null ? claims.name : `${claims.name} for ${behalf.name}`
  if (claims.answer === 'reject') {
    const outcome = withdraws ? 'WITHDRAWN' : 'REJECTED'
    return withBehalf(close(gate, claims, by, nowMs, outcome), behalf)
  }

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
