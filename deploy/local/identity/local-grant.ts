import { errors, type Provider } from 'oidc-provider'
import { findPerson } from './people.ts'

/**
 * A grant that hands out a token for a ready-made person by name, without browser and password: for
 * scripts and continuous integration on one machine. Only this local server knows it; no real identity
 * provider does, so `driftgate login --as` cannot work anywhere else.
 */
export const localGrantType = 'urn:driftgate:local-only:sign-in-as'

export interface TokenResource {
  readonly resource: string
  readonly scope: string
  readonly audience: string
  readonly seconds: number
}

/** Registers the grant; its one parameter is `person`. */
export function registerLocalGrant(provider: Provider, token: TokenResource): void {
  provider.registerGrantType<{ person?: string }>(
    localGrantType,
    async (ctx) => {
      const person = findPerson(ctx.oidc.params.person)
      if (!person) throw new errors.InvalidRequest('there is no such person here')
      const accessToken = new provider.AccessToken({
        accountId: person.id,
        client: ctx.oidc.client,
        gty: 'local_only',
        grantId: `local-only-${person.id}`,
        scope: token.scope,
      } as ConstructorParameters<Provider['AccessToken']>[0])
      accessToken.resourceServer = new (provider as unknown as ResourceServers).ResourceServer(
        token.resource,
        {
          scope: token.scope,
          audience: token.audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: token.seconds,
        },
      )
      ctx.body = {
        access_token: await accessToken.save(),
        token_type: 'Bearer',
        expires_in: token.seconds,
        scope: token.scope,
      }
    },
    'person',
  )
}

/** A member of every provider that its type declarations leave out. */
interface ResourceServers {
  ResourceServer: new (
    identifier: string,
    info: Record<string, unknown>,
  ) => NonNullable<InstanceType<Provider['AccessToken']>['resourceServer']>
}
