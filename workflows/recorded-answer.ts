import { uuid4 } from '@temporalio/workflow'
import { placesInWords } from '../contracts/gate-policy.ts'
import type { DecisionMessage, Quorum } from '../contracts/release.ts'
import { type CheckedAnswer, type Gate, type Judgement, judgeAnswer } from '../policies/gate.ts'
import { peopleNeeded } from '../policies/quorum.ts'
import type { Delegated } from '../policies/right.ts'
import { answerActs } from './activities.ts'

export interface AnswerTo {
  readonly prefix: string
  readonly gate: Gate
  readonly message: DecisionMessage
  readonly review?: true
  /** Asked when it is judged: it is approved, and a freeze keeps it from moving. */
  readonly isHeld?: () => boolean
  /** And whether it can be taken back meanwhile. */
  readonly isWithdrawable?: () => boolean
}

export interface RecordedAnswer {
  readonly judged: Judgement
  readonly checked: CheckedAnswer
  /** Of the chain, after it. */
  readonly head: string
}

/** Checks and judges an answer to what is shown now, and appends it to the chain, obeyed or refused. */
export async function recordedAnswer({
  prefix,
  gate,
  message: { token, reason },
  review,
  isHeld = () => false,
  isWithdrawable = () => false,
}: AnswerTo): Promise<RecordedAnswer> {
  const id = uuid4()
  const { release, evidenceDigest } = gate
  const { checkAnswer, recordDecision } = answerActs(prefix)
  const checked = await checkAnswer({ release, evidenceDigest, id, token, at: isoNow() })
  const judged = judgeAnswer(gate, checked, Date.now(), {
    ...{ reason, held: isHeld(), withdrawable: isWithdrawable() },
  })
  const { outcome, filled, behalf } = judged
  const { claims } = checked
  const account = claims?.sub ?? ''
  const person = (checked.claims !== null && checked.person) || account
  const { hash } = await recordDecision({
    ...{ id, release, evidenceDigest, person },
    ...(person !== account && { account }),
    ...(behalf && { onBehalfOf: onBehalfOf(behalf) }),
    ...(claims?.breakGlass && { brokeGlass: true as const }),
    ...(review && { review }),
    name: claims?.name ?? '',
    answer: claims?.answer ?? null,
    outcome: outcome.outcome,
    sentence: outcome.sentence,
    reason,
    jti: claims?.jti ?? null,
    ...(filled && { quorum: inWords(judged.gate, filled) }),
    ...(claims?.via && { via: claims.via }),
    at: isoNow(),
  })
  return { judged, checked, head: hash }
}

const isoNow = (): string => new Date(Date.now()).toISOString()

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
