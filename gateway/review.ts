import { createHash } from 'node:crypto'
import { signDecision } from '../adapters/identity/decision-token.ts'
import type { Person } from '../adapters/identity/index.ts'
import { findBrokenGlass, listDecisions } from '../adapters/postgres/decisions.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import { findReview } from '../adapters/postgres/reviews.ts'
import { decide } from '../adapters/temporal/messages.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { placesOf } from '../contracts/gate-policy.ts'
import type { Outcome } from '../contracts/release.ts'
import type { ReviewRequest } from '../contracts/review.ts'
import { refuseDrillIdentity } from './answer-drill.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'
import { mustFitAny } from './received-rights.ts'

/**
 * What one person thinks of a release whose glass was broken: signed, judged and recorded by its review. Throws
 * REVIEW_UNKNOWN, REVIEW_NOT_READY, NOT_AUTHORISED, TOO_MANY_REQUESTS and those of `reach`.
 */
export async function reviewRelease(
  deps: GatewayDeps,
  person: Person,
  release: string,
  { answer, digest, reason }: ReviewRequest,
): Promise<Outcome> {
  deps.limits.decisions(person.subject)
  const row = await findRelease(deps.db, release)
  const review = await findReview(deps.db, release)
  if (row === null) throw new DriftgateError('REVIEW_UNKNOWN', { release })
  if (review === null) {
    // It moves at once, and its review opens meanwhile.
    if ((await findBrokenGlass(deps.db, release)) === null)
      throw new DriftgateError('REVIEW_UNKNOWN', { release })
    throw new DriftgateError('REVIEW_NOT_READY', { release, seconds: 5 })
  }
  await refuseDrillIdentity(deps, person, `review ${release}`)
  const places = placesOf(row.evidence.policy)
  await mustFitAny(deps, person, { model: row.model, places }, `review ${release}`)
  const binding = { person, release, digest, answer, purpose: 'review' as const }
  const token = await signDecision(deps.signingKey, binding, deps.clock())
  const message = { schema: 'driftgate-decision/1' as const, token, reason }
  const given = (await listDecisions(deps.db, release)).length
  // Two clicks before the first is recorded are one Update.
  const id = createHash('sha256')
    .update(JSON.stringify(['review', release, person.subject, answer, digest, given]))
    .digest('base64url')
  const asking = askingTemporal(deps)
  await deps.onPhase?.('before answer is sent')
  const outcome = await asking(() => decide(deps.temporal, release, message, id, 'review'))
  await deps.onPhase?.('after answer is judged')
  if (outcome !== null) return outcome
  const { state, endedAt } = (await findReview(deps.db, release)) ?? review
  if (state === 'open') throw new DriftgateError('REVIEW_NOT_READY', { release, seconds: 60 })
  const at = endedAt?.toISOString() ?? ''
  const sentence = `others have already ${state === 'upheld' ? 'upheld it' : 'objected'}, ${at}`
  return { outcome: 'ALREADY_DECIDED', sentence, release, at }
}
