import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DriftgateError } from '../contracts/errors.ts'
import { operations } from './openapi/index.ts'
import { toCoded } from './problem.ts'
import type { RateLimit } from './rate-limit.ts'

/** What supervisors ask is never refused: it costs nothing, or is asked once a second at most. */
const unlimited = ['GET /healthz', 'GET /readyz']
const open = new Set<string>(
  operations
    .filter(({ role, route }) => role === 'nobody' && !unlimited.includes(route))
    .map(({ route }) => route),
)

/** Whoever is not signed in is limited by address before anything is done for them. */
export function limitStrangers(app: FastifyInstance, limit: RateLimit): void {
  app.addHook('onRequest', async ({ method, routeOptions, ip }) => {
    const { url } = routeOptions
    if (url === undefined || open.has(`${method} ${url}`)) limit(ip)
  })
}

/** A refused sign-in counts too, and what is not from a chat product; good ones are never held up by others at their address. */
const counted: readonly string[] = [
  'NOT_SIGNED_IN',
  'CHAT_SIGNATURE_INVALID',
  'CHAT_CHANNEL_UNKNOWN',
]

export function afterRefusal(
  error: DriftgateError,
  request: FastifyRequest,
  limit: RateLimit,
): DriftgateError {
  if (!counted.includes(error.code)) return error
  try {
    limit(request.ip)
    return error
  } catch (tooMany) {
    return toCoded(tooMany, request.id)
  }
}
