import type { FastifyRequest } from 'fastify'
import type { IdentityProvider } from '../../adapters/identity/index.ts'
import type { Settings } from '../../contracts/config.ts'
import { mustHave, personOf } from '../people.ts'

/** Tokens that were found good, and for how long nobody is asked about them again. */
const mostTokens = 1_000
const goodForMs = 10_000

/**
 * Who may ask for a model's answer. Throws NOT_SIGNED_IN, NOT_AUTHORISED, IDENTITY_UNREACHABLE. A token that was good
 * is good for ten more seconds, since a machine shows the same one with every request.
 */
export function guardAccess(
  { access, role }: Settings['guard'],
  identity: Pick<IdentityProvider, 'verifyBearer'>,
  clock: () => number,
): (request: FastifyRequest) => Promise<void> {
  if (access === 'open') return async () => {}
  const good = new Map<string, number>()
  return async (request) => {
    const shown = request.headers.authorization ?? ''
    if ((good.get(shown) ?? 0) > clock()) return
    const caller = await personOf(identity as IdentityProvider, request)
    mustHave(caller, role, 'ask a model through its guard')
    const oldest = good.size >= mostTokens ? good.keys().next().value : undefined
    if (oldest !== undefined) good.delete(oldest)
    good.set(shown, clock() + goodForMs)
  }
}
