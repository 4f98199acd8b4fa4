import { condition, uuid4 } from '@temporalio/workflow'
import type { ReleaseInput } from '../contracts/messages.ts'
import type { DecisionMessage, Outcome } from '../contracts/release.ts'
import { type CheckedAnswer, type Gate, type Judgement, judgeAnswer } from '../policies/gate.ts'
import { answerActs, releaseActs } from './activities.ts'
import { failureOf } from './failure.ts'

/** What the handlers of one release share. Only ever changed under the mutex. */
export interface Answering {
  readonly input: ReleaseInput
  /** Null until the request is open: answers that come earlier wait for it. */
  gate: Gate | null
  targetGeneration: string
  head: string | null
  /** Why the request cannot be asked anew. */
  voided?: string
}

/** Checks, judges and records one answer; the person is told what came of it. */
export async function answerGate(answering: Answering, message: DecisionMessage): Promise<Outcome> {
  await condition(() => answering.gate !== null || answering.voided !== undefined)
  const { gate } = answering
  const { release } = answering.input
  if (gate === null) {
    // Nothing was ever shown that this could be an answer to.
    const sentence = `the request is void: ${answering.voided}`
    return { outcome: 'STALE_EVIDENCE', sentence, release }
  }
  const id = uuid4()
  const { evidenceDigest } = gate
  const acts = answerActs(answering.input.prefix)
  const checked = await acts.checkAnswer({ release, evidenceDigest, id, token: message.token })
  const judged = judgeAnswer(gate, checked, Date.now())
  await record(answering, judged, checked, id, message.reason)
  answering.gate = judged.gate
  const moved = checked.claims !== null && checked.currentDigest !== evidenceDigest
  if (judged.outcome.outcome === 'STALE_EVIDENCE' && moved) await askAnew(answering)
  return judged.outcome
}

/** A model that is not critical passes by rule alone, and the record says which rule. */
export async function passByRule(answering: Answering, gate: Gate): Promise<void> {
  const by = 'rule:not-critical'
  const atMs = Date.now()
  const { hash } = await answerActs(answering.input.prefix).recordDecision({
    id: uuid4(),
    release: gate.release,
    evidenceDigest: gate.evidenceDigest,
    person: by,
    name: by,
    answer: 'approve',
    outcome: 'APPROVED',
    sentence: 'the model is not critical, so no person has to answer',
    reason: '',
    jti: null,
    at: new Date(atMs).toISOString(),
  })
  answering.head = hash
  answering.gate = { ...gate, decided: { answer: 'approve', by, atMs } }
}

async function record(
  answering: Answering,
  { outcome }: Judgement,
  { claims }: CheckedAnswer,
  id: string,
  reason: string,
): Promise<void> {
  const { hash } = await answerActs(answering.input.prefix).recordDecision({
    id,
    release: answering.input.release,
    evidenceDigest: answering.gate!.evidenceDigest,
    person: claims?.sub ?? '',
    name: claims?.name ?? '',
    answer: claims?.answer ?? null,
    outcome: outcome.outcome,
    sentence: outcome.sentence,
    reason,
    jti: claims?.jti ?? null,
    at: new Date(Date.now()).toISOString(),
  })
  answering.head = hash
}

/** The world moved: what was given so far is void, and the request shows what is true now. */
async function askAnew(answering: Answering): Promise<void> {
  try {
    const opened = await releaseActs(answering.input.prefix).openRelease(answering.input)
    answering.targetGeneration = opened.targetGeneration
    answering.gate = {
      ...answering.gate!,
      role: opened.role,
      required: opened.required,
      evidenceDigest: opened.evidenceDigest,
      expiresAtMs: Date.parse(opened.expiresAt),
      approvals: [],
    }
  } catch (error) {
    const failure = failureOf(error)
    if (failure === null) throw error
    answering.voided = failure.sentence
  }
}
