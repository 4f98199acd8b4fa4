import { condition, log, patched, uuid4 } from '@temporalio/workflow'
import type { OpenedRelease } from '../activities/releases.ts'
import { placesOf } from '../contracts/gate-policy.ts'
import type { ReleaseInput } from '../contracts/messages.ts'
import type { DecisionMessage, Outcome } from '../contracts/release.ts'
import type { Gate } from '../policies/gate.ts'
import type { Moment } from '../policies/moments.ts'
import type { StandIn } from '../policies/quorum.ts'
import { answerActs, releaseActs } from './activities.ts'
import { failureOf } from './failure.ts'
import { recordedAnswer } from './recorded-answer.ts'

/** What the handlers of one release share. Only ever changed under the mutex. */
export interface Answering {
  readonly input: ReleaseInput
  /** Null until the request is open: answers that come earlier wait for it. */
  gate: Gate | null
  targetGeneration: string
  head: string | null
  /** What is still to come while nobody decides. */
  moments: readonly Moment[]
  /** Who may answer too once it is escalated. */
  standIns: StandIn
  /** A freeze keeps what is approved from moving. */
  held: boolean
  /** For as long as that is so it can be taken back. */
  withdrawable: boolean
  /** Why the request cannot be asked anew. */
  voided?: string
}

/** Asks, or asks anew, with the time as the workflow counts it. */
export const openNow = (input: ReleaseInput): Promise<OpenedRelease> =>
  releaseActs(input.prefix).openRelease({ ...input, at: new Date(Date.now()).toISOString() })

/** Who must approve; an older worker said it in other words. */
export const whoMay = (
  opened: OpenedRelease,
): Pick<Gate, 'places' | 'owners' | 'standIn' | 'breakGlass'> => ({
  breakGlass: opened.breakGlass ?? null,
  places: placesOf(opened),
  owners: opened.owners ?? [],
  standIn: opened.escalated ? (opened.escalation ?? null) : null,
})

/** Checks, judges and records one answer; the person is told what came of it. */
export async function answerGate(answering: Answering, message: DecisionMessage): Promise<Outcome> {
  await condition(() => answering.gate !== null || answering.voided !== undefined)
  const { gate } = answering
  const { prefix, release } = answering.input
  if (gate === null) {
    // Nothing was ever shown that this could be an answer to.
    const sentence = `the request is void: ${answering.voided}`
    return { outcome: 'STALE_EVIDENCE', sentence, release }
  }
  const isHeld = () => answering.held
  const isWithdrawable = () => answering.withdrawable
  const { judged, checked, head } = await recordedAnswer({
    ...{ prefix, gate, message, isHeld, isWithdrawable },
  })
  answering.head = head
  answering.gate = judged.gate
  const moved = checked.claims !== null && checked.currentDigest !== gate.evidenceDigest
  const stale = judged.outcome.outcome === 'STALE_EVIDENCE'
  // Also where it was refused by a gate that is not the one in force any more.
  const anew = moved && judged.gate.decided === null && (stale || patched('anew'))
  if (anew) await askAnew(answering)
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

/** The world moved: what was given so far is void, and the request shows what is true now. */
export async function askAnew(answering: Answering): Promise<void> {
  try {
    const opened = await openNow(answering.input)
    answering.targetGeneration = opened.targetGeneration
    answering.moments = opened.moments ?? answering.moments
    answering.standIns = opened.escalation ?? null
    answering.gate = {
      ...answering.gate!,
      ...whoMay(opened),
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

/** What is shown may not be so any more, as when the policy is another one: then it is asked anew. */
export async function lookAgain(answering: Answering): Promise<void> {
  const { gate, input } = answering
  if (gate === null || gate.decided !== null || answering.voided !== undefined) return
  try {
    const { digest } = await releaseActs(input.prefix).currentEvidence({ release: input.release })
    if (digest !== gate.evidenceDigest) await askAnew(answering)
  } catch (error) {
    // Nobody waits for this: the next answer finds out.
    const failure = failureOf(error)
    if (failure === null) throw error
    log.warn('not looked at again', { ...failure })
  }
}
