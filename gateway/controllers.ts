import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { readSecret } from '../adapters/files/read-secret.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { GatewayDeps } from './deps.ts'
import { requirePerson } from './people.ts'

/**
 * A deployment controller with gateway.controllerToken, as a bearer token or, where it can send none, in what it
 * sends; or a person with any of our roles. It may only look. Throws NOT_SIGNED_IN, NOT_AUTHORISED,
 * CONFIG_SECRET_MISSING.
 */
export async function requireController(
  { settings, identity }: Pick<GatewayDeps, 'settings' | 'identity'>,
  request: FastifyRequest,
  sent?: string,
): Promise<void> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const { controllerToken } = settings.gateway
  if (controllerToken !== undefined) {
    const wanted = readSecret(controllerToken, 'gateway.controllerToken')
    if ([bearer, sent].some((each) => each !== undefined && isSame(each, wanted))) return
  }
  if (bearer !== undefined) {
    await requirePerson(identity, request, 'viewer', 'ask for a controller of deployments')
    return
  }
  const reason = ': a controller shows gateway.controllerToken, as bearer token or metadata.token'
  throw new DriftgateError('NOT_SIGNED_IN', { reason })
}

/** In a time that does not depend on where they differ. */
const isSame = (left: string, right: string): boolean => timingSafeEqual(hash(left), hash(right))

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
