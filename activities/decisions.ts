import { type VerifyingKey, verifyDecision } from '../adapters/identity/decision-token.ts'
import { appendDecision, useToken } from '../adapters/postgres/decisions.ts'
import { rulesInForce } from '../adapters/postgres/gate-policies.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import type { Decision } from '../contracts/decision.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { PeopleSettings } from '../contracts/people-settings.ts'
import type { DecisionClaims } from '../contracts/release.ts'
import type { CheckedAnswer } from '../policies/gate.ts'
import { personOfAccount } from '../policies/people.ts'
import { namesOfAskers } from './askers.ts'
import { delegatedTo } from './delegated.ts'
import { currentEvidence, type ReleaseDeps } from './releases.ts'

export interface DecisionDeps extends ReleaseDeps {
  /** Of the gateway that signs decision tokens. */
  readonly publicKey: VerifyingKey
  /** Told the head of the chain after every answer, so that it is also known outside the database. */
  readonly onHead: (link: { seq: number; hash: string; release: string }) => void
}

export interface AnswerInput {
  readonly release: string
  readonly evidenceDigest: string
  /** Names this answer across retries of the activity. */
  readonly id: string
  readonly token: string
  /** As the workflow counts time, ISO 8601; absent: of an older one. */
  readonly at?: string
}

/** What makes an answer count, on the queue `release`. */
export const decisionActivities = (deps: DecisionDeps) => ({
  /**
   * Checks the token's signature and life, uses it up, and looks at the world for what an approval
   * is bound to. A token that is worth nothing is an answer too, not an error.
   */
  async checkAnswer(input: AnswerInput): Promise<CheckedAnswer> {
    let claims: DecisionClaims
    try {
      claims = await verifyDecision(deps.publicKey, input.token, deps.clock())
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.code !== 'TOKEN_INVALID') throw error
      return { claims: null, problem: error.message }
    }
    // A copy that was carried to another release is refused, and stays good for its own.
    if (claims.release !== input.release) {
      return { claims, used: false, currentDigest: input.evidenceDigest }
    }
    await deps.onPhase?.('before token is used')
    const first = await useToken(deps.db, {
      jti: claims.jti,
      usedBy: input.id,
      release: input.release,
      at: new Date(deps.clock()),
    })
    await deps.onPhase?.('after token is used')
    const row = await findRelease(deps.db, input.release)
    const people = await peopleOf(deps, row?.model)
    const person = personOfAccount(people, { subject: claims.sub, person: claims.person })
    const askers = await namesOfAskers(deps.db, people, row?.requestedBy ?? [])
    const delegations = await delegatedTo(deps, { people, person, claims, at: input.at })
    // Only an approval moves anything, so only an approval needs the world to be as it was shown.
    const { digest } =
      claims.answer === 'approve' && claims.purpose === undefined && first
        ? await currentEvidence(deps, input.release)
        : { digest: input.evidenceDigest }
    return {
      ...{ claims, person, accounts: people[person] ?? [], askers, delegations },
      ...{ used: !first, currentDigest: digest },
    }
  },

  /** Appends to the chain; returns the new head. The same answer again gives the same link. */
  async recordDecision(
    decision: Omit<Decision, 'seq' | 'schema'>,
  ): Promise<{ seq: number; hash: string }> {
    const record = { schema: 'driftgate-decision-record/1' as const, ...decision }
    await deps.onPhase?.('before decision')
    const { seq, hash } = await transaction(deps.db, async (client) => {
      const link = await appendDecision(client, record)
      await deps.onPhase?.('in decision, link written')
      return link
    })
    await deps.onPhase?.('after decision')
    deps.onHead({ seq, hash, release: decision.release })
    return { seq, hash }
  },
})

/** Whose account is whose, as the gate in force has it. */
export async function peopleOf(
  { db, settings }: DecisionDeps,
  model: string | undefined,
): Promise<PeopleSettings> {
  const all = await settings()
  const rules = model === undefined ? null : await rulesInForce(db, all, model)
  return rules?.people ?? all.people
}
