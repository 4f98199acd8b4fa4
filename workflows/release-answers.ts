import { condition, patched, uuid4 } from '@temporalio/workflow'
import type { OpenedRelease } from '../activities/releases.ts'
import { placesInWords, placesOf } from '../contracts/gate-policy.ts'
import type { ReleaseInput } from '../contracts/messages.ts'
import type { DecisionMessage, Outcome, Quorum } from '../contracts/release.ts'
import { type CheckedAnswer, type Gate, type Judgement, judgeAnswer } from '../policies/gate.ts'
import type { Moment } from '../policies/moments.ts'
import { peopleNeeded, type StandIn } from '../policies/quorum.ts'
import type { Delegated } from '../policies/right.ts'
import { answerActs, releaseActs } from './activities.ts'
import { failureOf } from './failure.ts'

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
  /** Why the request cannot be asked anew. */
  voided?: string
}

/** Asks, or asks anew, with the time as the workflow counts it. */
export const openNow = (input: ReleaseInput): Promise<OpenedRelease> =>
  releaseActs(input.prefix).openRelease({ ...input, at: new Date(Date.now()).toISOString() })

/** Who must approve; an older worker said it in other words. */
export const whoMay = (opened: OpenedRelease): Pick<Gate, 'places' | 'owners' | 'standIn'> => ({
  places: placesOf(opened),
  owners: opened.owners ?? [],
  standIn: opened.escalated ? (opened.escalation ?? null) : null,
})

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
  const at = new Date(Date.now()).toISOString()
  const checked = await acts.checkAnswer({ release, evidenceDigest, id, token: message.token, at })
  const judged = judgeAnswer(gate, checked, Date.now())
  await record(answering, judged, checked, id, message.reason)
  answering.gate = judged.gate
  const moved = checked.claims !== null && checked.currentDigest !== evidenceDigest
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

async function record(
  answering: Answering,
  { outcome, filled, gate, behalf }: Judgement,
  checked: CheckedAnswer,
  id: string,
  reason: string,
): Promise<void> {
  const { claims } = checked
  const account = claims?.sub ?? ''
  const person = (checked.claims !== null && checked.person) || account
  const { hash } = await answerActs(answering.input.prefix).recordDecision({
    id,
    release: answering.input.release,
    evidenceDigest: answering.gate!.evidenceDigest,
    person,
    ...(person !== account && { account }),
    ...(behalf && { onBehalfOf: onBehalfOf(behalf) }),
    name: claims?.name ?? '',
    answer: claims?.answer ?? null,
    outcome: outcome.outcome,
    sentence: outcome.sentence,
    reason,
    jti: claims?.jti ?? null,
    ...(filled && { quorum: inWords(gate, filled) }),
    ...(claims?.via && { via: claims.via }),
    at: new Date(Date.now()).toISOString(),
  })
  answering.head = hash
}

const onBehalfOf = ({ id, person, account, name }: Delegated) => ({
  ...{ delegation: id, person, name },
  ...(person !== account && { account }),
})

const inWords = (
  { places }: Gate,
  { taken, missing }: NonNullable<Judgement['filled']>,
): Quorum => ({
  of: peopleNeeded(places),
  taken: taken.map(({ place, member: { name, behalf } }) => ({
    person: behalf ? `${name} for ${behalf.name}` : name,
    place: placesInWords([place]),
  })),
  missing: placesInWords(missing),
})

/** The world moved: what was given so far is void, and the request shows what is true now. */
async function askAnew(answering: Answering): Promise<void> {
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
