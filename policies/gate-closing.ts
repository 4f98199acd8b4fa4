import type { Answer, DecisionClaims, OutcomeName } from '../contracts/release.ts'
import type { Decided, Gate, Judgement } from './gate-state.ts'

const words = ({ purpose }: Gate) =>
  purpose === 'review'
    ? { approved: 'upheld', rejected: 'objected to' }
    : { approved: 'approved', rejected: 'rejected' }

const verbOf = (
  gate: Gate,
  { answer, withdrew }: { readonly answer: Answer; readonly withdrew?: boolean },
): string =>
  withdrew ? 'withdrew' : answer === 'approve' ? words(gate).approved : words(gate).rejected

/** An answer that changes nothing. */
export const refusal = (gate: Gate, outcome: OutcomeName, sentence: string): Judgement => ({
  gate,
  outcome: { outcome, sentence, release: gate.release },
})

/** The deciding answer. */
export function close(
  gate: Gate,
  claims: DecisionClaims,
  by: string,
  nowMs: number,
  outcome: 'APPROVED' | 'REJECTED' | 'WITHDRAWN',
): Judgement {
  const withdrew = outcome === 'WITHDRAWN'
  const verb = verbOf(gate, { answer: claims.answer, withdrew })
  return {
    gate: {
      ...gate,
      decided: { answer: claims.answer, by, atMs: nowMs, ...(withdrew && { withdrew }) },
    },
    outcome: {
      outcome,
      sentence: `${by} ${verb} ${gate.release}`,
      release: gate.release,
      by,
      at: isoTime(nowMs),
    },
  }
}

export function alreadyDecided(gate: Gate, decided: Decided): Judgement {
  const verb = verbOf(gate, decided)
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

export const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
