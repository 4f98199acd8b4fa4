import { createRemoteJWKSet } from 'jose'
import * as client from 'openid-client'
import { DriftgateError } from '../../contracts/errors.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { probeOidc } from './oidc-probe.ts'
import { type TokenRules, verifyToken } from './verify-token.ts'

export interface OidcOptions extends TokenRules {
  /** The public client of the page. */
  readonly clientId: string
}

/**
 * Any provider with a discovery document. Asked for the first time when it is needed and again after a
 * failure, so that the gateway starts before its provider does.
 * @see https://openid.net/specs/openid-connect-core-1_0.html
 */
export function openOidc(options: OidcOptions): IdentityProvider {
  const discover = remembered(async () => {
    const issuer = new URL(options.issuer)
    const found = await client.discovery(issuer, options.clientId, undefined, client.None(), {
      ...(issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
      timeout: 10,
    })
    const { jwks_uri: keys } = found.serverMetadata()
    if (!keys) throw new Error('the discovery document names no jwks_uri')
    return { found, keys: createRemoteJWKSet(new URL(keys), { cooldownDuration: 5_000 }) }
  }, options.issuer)

  async function verifyBearer(token: string) {
    const { keys } = await discover()
    return verifyToken(token, keys, options)
  }

  return {
    verifyBearer,

    async startSignIn(redirectUri, { anew }) {
      const { found } = await discover()
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(found, {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
        ...(anew ? { prompt: 'login' } : {}),
      })
      return { url: url.href, pending }
    },

    async finishSignIn(callback, pending) {
      const { found } = await discover()
      const tokens = await client
        .authorizationCodeGrant(found, callback, {
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          pkceCodeVerifier: pending.codeVerifier,
          idTokenExpected: true,
        })
        .catch((cause: Error) => {
          const reason = ': the identity provider did not complete the sign-in'
          throw new DriftgateError('NOT_SIGNED_IN', { reason }, { cause })
        })
      return verifyBearer(tokens.access_token)
    },

    probe: (withinMs) => probeOidc(options.issuer, withinMs),
  }
}

/** Calls once and keeps the result; a failure is IDENTITY_UNREACHABLE and is not kept. */
function remembered<T>(call: () => Promise<T>, address: string): () => Promise<T> {
  let kept: Promise<T> | undefined
  return () => {
    kept ??= call().catch((cause: unknown) => {
      kept = undefined
      throw new DriftgateError('IDENTITY_UNREACHABLE', { address }, { cause })
    })
    return kept
  }
}
