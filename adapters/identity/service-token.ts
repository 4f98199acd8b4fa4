import * as client from 'openid-client'
import { DriftgateError } from '../../contracts/errors.ts'

export interface ServiceClient {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
}

/**
 * An access token of a service, by its client credentials.
 * Errors: IDENTITY_UNREACHABLE (retryable), NOT_SIGNED_IN where the provider refuses the client.
 * @see https://www.rfc-editor.org/rfc/rfc6749 section 4.4
 */
export async function serviceToken({ issuer, clientId, secret }: ServiceClient): Promise<string> {
  const url = new URL(issuer)
  try {
    const found = await client.discovery(url, clientId, secret, undefined, {
      ...(url.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
      timeout: 10,
    })
    const { access_token: token } = await client.clientCredentialsGrant(found)
    return token
  } catch (cause) {
    if (
      cause instanceof client.ResponseBodyError ||
      cause instanceof client.WWWAuthenticateChallengeError
    ) {
      const reason = `: the identity provider refuses the client ${clientId}: ${cause.message}`
      throw new DriftgateError('NOT_SIGNED_IN', { reason }, { cause })
    }
    throw new DriftgateError('IDENTITY_UNREACHABLE', { address: issuer }, { cause })
  }
}
