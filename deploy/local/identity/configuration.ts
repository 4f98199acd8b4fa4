import { type Configuration, interactionPolicy } from 'oidc-provider'
import { localGrantType } from './local-grant.ts'
import { codePage, confirmPage, donePage, problemPage } from './pages.ts'
import { findPerson, type LocalPerson } from './people.ts'
import type { LocalSecrets } from './secrets.ts'

/** The gateway as OAuth knows it; access tokens carry its `audience`. */
export const gatewayResource = 'urn:driftgate:gateway'
export const gatewayAudience = 'driftgate'
/** Long enough for an afternoon of trying out. */
export const tokenSeconds = 12 * 60 * 60

/** Answers drills, and has no role. */
const drillClient = 'driftgate-drill'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const scopes = 'openid profile'

/** What oidc-provider is told: two public clients and the service that answers drills, JWT access tokens with roles, everything in memory. */
export function providerConfiguration(secrets: LocalSecrets): Configuration {
  return {
    jwks: secrets.jwks as NonNullable<Configuration['jwks']>,
    cookies: { keys: secrets.cookieKeys },
    clients: [
      {
        client_id: 'driftgate-cli',
        client_name: 'driftgate (terminal)',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: [deviceGrant, localGrantType],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: 'driftgate-web',
        client_name: 'Driftgate',
        // Native: a loopback address may be redirected to on any port (RFC 8252, 7.3).
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        redirect_uris: ['http://127.0.0.1/sign-in/callback', 'http://localhost/sign-in/callback'],
        response_types: ['code'],
      },
      {
        client_id: drillClient,
        client_name: 'Driftgate drills',
        client_secret: secrets.drillSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub'], profile: ['name', 'roles', 'groups'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_ctx, id) => {
      const person = findPerson(id)
      if (!person) return undefined
      return { accountId: id, claims: () => ({ sub: id, ...claimsOf(person) }) }
    },
    extraTokenClaims: (_ctx, token) => {
      const person = 'accountId' in token ? findPerson(token.accountId) : undefined
      return person && claimsOf(person)
    },
    // Everything a client may ask for is granted at once: there is nobody's data to protect here.
    loadExistingGrant: async (ctx) => {
      const { provider, session, client } = ctx.oidc
      if (!session?.accountId || !client) return undefined
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
      grant.addOIDCScope(scopes)
      grant.addResourceScope(gatewayResource, scopes)
      await grant.save()
      return grant
    },
    interactions: {
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
      policy: withoutConsent(),
    },
    renderError: (ctx, out) => {
      ctx.type = 'html'
      ctx.body = problemPage(out.error_description ?? out.error)
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => gatewayResource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: scopes,
          audience: gatewayAudience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
        }),
      },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (ctx, form, _out, error) => {
          ctx.body = codePage(form, error !== undefined && error.name !== 'NoCodeError')
        },
        userCodeConfirmSource: (ctx, form, _client, _device, code) => {
          ctx.body = confirmPage(form, code)
        },
        successSource: (ctx) => {
          ctx.body = donePage()
        },
      },
    },
    ttl: {
      DeviceCode: 600,
      Interaction: 3600,
      Session: tokenSeconds,
      Grant: tokenSeconds,
      IdToken: 3600,
    },
  }
}

const claimsOf = ({ name, roles, groups }: LocalPerson) => ({
  name,
  roles: [...roles],
  groups: [...groups],
})

/** Signing in is the only question: native clients would otherwise be asked for consent every time. */
function withoutConsent(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  return policy
}
