import type { Settings } from '../../contracts/config.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { openOidc } from './oidc.ts'

export type { IdentityProvider, PendingSignIn, Person } from './identity-provider.ts'

/** One entry: whatever a company signs in with speaks OpenID Connect or sits behind something that does. */
export const identityProviders = { oidc: openOidc }

/** The provider that the configuration names. Nothing is asked yet. */
export function openIdentity(gateway: Settings['gateway']): IdentityProvider {
  return identityProviders.oidc({
    issuer: gateway.issuer,
    audience: gateway.audience,
    rolesClaim: gateway.rolesClaim,
    groupsClaim: gateway.groupsClaim,
    ...(gateway.personClaim !== undefined && { personClaim: gateway.personClaim }),
    clientId: gateway.webClientId,
  })
}
