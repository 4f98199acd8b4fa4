import type { DecisionClaims } from '../contracts/release.ts'
import { alreadyDecided, close, isoTime, refusal } from './gate-closing.ts'
import type { Gate, Judgement } from './gate-state.ts'
import { fits } from './quorum.ts'

export interface GlassAnswer {
  readonly claims: DecisionClaims
  readonly currentDigest: string
  readonly reason: string
  /** It is approved, and a freeze keeps it from moving. */
  readonly held: boolean
}

/**
 * One person approves alone, whatever quorum and freeze say, also what they asked for: with a reason, on what is shown,
 * and by a right of their own. What others think of it is asked afterwards.
 */
export function judgeBreakGlass(
  gate: Gate,
  { claims, currentDigest, reason, held }: GlassAnswer,
  nowMs: number,
): Judgement {
  const { name, digest, answer } = claims
  const { decided } = gate
  if (answer !== 'approve') return refusal(gate, 'TOKEN_INVALID', 'the glass is broken to approve')
  if (!gate.breakGlass || !fits(gate.breakGlass, claims)) {
    return refusal(gate, 'NOT_AUTHORISED', `${name} may not break the glass`)
  }
  if (reason.trim() === '') {
    return refusal(gate, 'NOT_AUTHORISED', 'whoever breaks the glass has to say why')
  }
  const lifts = held && decided?.answer === 'approve' && !decided.brokeGlass
  if (decided !== null && !lifts) return alreadyDecided(gate, decided)
  if (decided === null && nowMs >= gate.expiresAtMs) {
    return refusal(gate, 'EXPIRED', `the request expired at ${isoTime(gate.expiresAtMs)}`)
  }
  if (digest !== gate.evidenceDigest || currentDigest !== gate.evidenceDigest) {
    return refusal(gate, 'STALE_EVIDENCE', 'the evidence changed since it was shown')
  }
  const closed = close(gate, claims, name, nowMs, 'APPROVED')
  const sentence = `${name} broke the glass and approved ${gate.release}; others have to review it`
  return {
    gate: { ...closed.gate, decided: { ...closed.gate.decided!, brokeGlass: true } },
    outcome: { ...closed.outcome, sentence },
  }
}
