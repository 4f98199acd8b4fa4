import { answerDrillAt } from '../adapters/gateway/answer-drill.ts'
import { serviceToken } from '../adapters/identity/service-token.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Outcome } from '../contracts/release.ts'
import { type DrillId, drillOf } from './drill-of.ts'
import type { DrillDeps } from './drills.ts'

/**
 * Answers the request of a drill as a person would, by the way of a person: a token of the identity provider, the door of
 * the gateway, its signature, and the workflow that waits.
 *
 * Errors: DRILL_ANSWER_REFUSED; retryable: IDENTITY_UNREACHABLE, GATEWAY_UNREACHABLE and what the gateway cannot reach.
 */
export async function answerDrill(deps: DrillDeps, id: DrillId): Promise<Outcome> {
  const { drill, model, n, digest } = await drillOf(deps.db, id)
  const refused = (reason: string, cause?: unknown) =>
    new DriftgateError('DRILL_ANSWER_REFUSED', { drill, reason }, { cause })
  const { drill: fleet, gateway } = await deps.settings()
  if (fleet === undefined) throw refused('drill.identity was taken out of the configuration')
  if (digest === null) throw refused('nothing was shown that this could be an answer to')
  const { clientId, secret } = fleet.identity
  try {
    const token = await serviceToken({
      ...{ issuer: gateway.issuer, clientId },
      secret: deps.secretOf(secret, 'drill.identity.secret'),
    })
    const outcome = await answerDrillAt(gateway.url, token, { model, n, digest })
    if (outcome.outcome === 'APPROVED') return outcome
    throw refused(outcome.sentence)
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.entry.retryable) throw error
    throw error.code === 'DRILL_ANSWER_REFUSED' ? error : refused(error.message, error)
  }
}
