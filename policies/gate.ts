import type { Answer, DecisionClaims, Outcome, OutcomeName } from '../contracts/release.ts'

/** One gate: what was asked, who may answer, and what was answered so far. Plain JSON. */
export interface Gate {
  readonly release: string
  /** Subjects and rules that asked for the release; no subject among them may approve it. */
  readonly requestedBy: readonly string[]
  readonly role: string
  /** Approvals needed by different people. */
  readonly required: number
  readonly expiresAtMs: number
  /** Digest of what is shown now. */
  readonly evidenceDigest: string
  readonly approvals: readonly Approval[]
  readonly decided: Decided | null
}

export interface Approval {
  readonly person: string
  readonly name: string
  readonly atMs: number
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
      /** The token was used by an earlier answer. */
      readonly used: boolean
      /** Digest of the evidence as it is at this moment; differs from the gate's when the world moved. */
      readonly currentDigest: string
    }

export interface Judgement {
  readonly gate: Gate
  readonly outcome: Outcome
}

/** Judges one answer at `nowMs` (milliseconds since 1970, workflow time). The first terminal decision wins. */
export function judgeAnswer(gate: Gate, checked: CheckedAnswer, nowMs: number): Judgement {
  const refuse = (outcome: OutcomeName, sentence: string): Judgement => ({
    gate,
    outcome: { outcome, sentence, release: gate.release },
  })

  if (checked.claims === null) return refuse('TOKEN_INVALID', checked.problem)
  const { claims } = checked
  if (claims.release !== gate.release) {
    return refuse('TOKEN_INVALID', `the token is for the release ${claims.release}`)
  }
  if (checked.used) return refuse('DUPLICATE', 'this token was already used; ask for a new one')
  if (!claims.roles.includes(gate.role)) {
    return refuse('NOT_AUTHORISED', `${claims.name} does not have the role ${gate.role}`)
  }
  if (gate.decided !== null) return alreadyDecided(gate, gate.decided)
  if (nowMs >= gate.expiresAtMs) {
    return refuse('EXPIRED', `the request expired at ${isoTime(gate.expiresAtMs)}`)
  }
  if (claims.digest !== gate.evidenceDigest) {
    return refuse('STALE_EVIDENCE', 'the request shows other evidence now: read it again')
  }
  if (claims.answer === 'reject') return close(gate, claims, nowMs, 'REJECTED')

  if (gate.requestedBy.includes(claims.sub)) {
    return refuse('SELF_APPROVAL', `${claims.name} asked for this release and may not approve it`)
  }
  if (checked.currentDigest !== gate.evidenceDigest) {
    return refuse('STALE_EVIDENCE', 'the evidence changed since it was shown: the request is void')
  }
  if (gate.approvals.some((approval) => approval.person === claims.sub)) {
    return refuse('DUPLICATE', `${claims.name} has already approved`)
  }
  return approve(gate, claims, nowMs)
}

function approve(gate: Gate, claims: DecisionClaims, nowMs: number): Judgement {
  const approval = { person: claims.sub, name: claims.name, atMs: nowMs }
  const counted = { ...gate, approvals: [...gate.approvals, approval] }
  const count = counted.approvals.length
  if (count >= gate.required) return close(counted, claims, nowMs, 'APPROVED')
  return {
    gate: counted,
    outcome: {
      outcome: 'ACCEPTED_PENDING_QUORUM',
      sentence: `accepted, ${count} of ${gate.required} approvals`,
      release: gate.release,
    },
  }
}

function close(
  gate: Gate,
  claims: DecisionClaims,
  nowMs: number,
  outcome: 'APPROVED' | 'REJECTED',
): Judgement {
  const verb = outcome === 'APPROVED' ? 'approved' : 'rejected'
  const by = claims.name
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
