import * as client from 'openid-client'
import { DriftgateError } from '../contracts/errors.ts'
import type { CommandContext } from './command.ts'
import { startProgress } from './progress.ts'

export interface SignInServer {
  readonly issuer: string
  readonly clientId: string
}

export interface Tokens {
  readonly accessToken: string
  /** Seconds from now. */
  readonly expiresIn: number
}

/** Known to the local identity server only (`deploy/local/identity`): no real provider has it. */
const localGrant = 'urn:driftgate:local-only:sign-in-as'
/** An identity provider that does not say how long a token lasts gets asked again soon. */
const shortLifeSeconds = 300

/**
 * Shows an address and a code, and waits until somebody has signed in there.
 * @see https://www.rfc-editor.org/rfc/rfc8628
 */
export async function signInByDevice(
  context: CommandContext,
  server: SignInServer,
): Promise<Tokens> {
  const provider = await discover(server)
  const device = await asked(() =>
    client.initiateDeviceAuthorization(provider, { scope: 'openid profile' }),
  )
  const { terminal } = context
  terminal.note(`open  ${device.verification_uri_complete ?? device.verification_uri}`)
  terminal.note(`code  ${device.user_code}`)
  const progress = startProgress(terminal, 'waiting for the sign-in')
  const tokens = await asked(() =>
    client.pollDeviceAuthorizationGrant(provider, device, undefined, { signal: context.signal }),
  )
  progress.end('signed in')
  return tokensOf(tokens)
}

/** The sign-in of scripts on one machine: a ready-made person of the local identity server, no browser. */
export async function signInLocally(server: SignInServer, person: string): Promise<Tokens> {
  const provider = await discover(server)
  return tokensOf(await asked(() => client.genericGrantRequest(provider, localGrant, { person })))
}

async function discover({ issuer, clientId }: SignInServer): Promise<client.Configuration> {
  const address = new URL(issuer)
  try {
    return await client.discovery(address, clientId, undefined, client.None(), {
      ...(address.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
    })
  } catch (cause) {
    throw new DriftgateError('IDENTITY_UNREACHABLE', { address: issuer }, { cause })
  }
}

const tokensOf = (tokens: client.TokenEndpointResponse): Tokens => ({
  accessToken: tokens.access_token,
  expiresIn: tokens.expires_in ?? shortLifeSeconds,
})

/** What the identity provider refuses, with its own words. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof client.ResponseBodyError) {
      const said = cause.error_description ?? cause.error
      throw new DriftgateError('NOT_SIGNED_IN', { reason: `: ${said}` }, { cause })
    }
    throw cause
  }
}
