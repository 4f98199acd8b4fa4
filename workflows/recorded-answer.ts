import { placesInWords } from '../contracts/gate-policy.ts'
import type { Quorum } from '../contracts/release.ts'
import type { CheckedAnswer, Gate, Judgement } from '../policies/gate.ts'
import { peopleNeeded } from '../policies/quorum.ts'
import type { Delegated } from '../policies/right.ts'
import { answerActs } from './activities.ts'

export interface RecordedFor {
  readonly prefix: string
  /** What was shown when it was judged. */
  readonly evidenceDigest: string
  readonly review?: true
}

/** Appends an answer to the chain, obeyed or refused; returns the new head. */
export async function recordAnswer(
  { prefix, evidenceDigest, review }: RecordedFor,
  { outcome, filled, gate, behalf }: Judgement,
  checked: CheckedAnswer,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<string> {
  const { claims } = checked
  const account = claims?.sub ?? ''
  const person = (checked.claims !== null && checked.person) || account
  const { hash } = await answerActs(prefix).recordDecision({
    id,
    release: gate.release,
    evidenceDigest,
    person,
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
    ...(filled && { quorum: inWords(gate, filled) }),
    ...(claims?.via && { via: claims.via }),
    at: new Date(Date.now()).toISOString(),
  })
  return hash
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
