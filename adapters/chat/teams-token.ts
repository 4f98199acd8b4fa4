import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import { chatTimeoutMs } from './chat-channel.ts'

const issuer = 'https://api.botframework.com'
const documentSchema = z.object({ jwks_uri: z.url() })
const keysSchema = z.object({
  keys: z.array(z.object({ kid: z.string(), endorsements: z.array(z.string()).default([]) })),
})

interface Keys {
  readonly get: JWTVerifyGetKey
  /** Channels that a key may speak for. */
  readonly endorsements: (kid: string) => Promise<readonly string[]>
}

/** What jose says when the keys did not come. */
const unasked = ['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID']

/** By where they are; a failure is not kept. */
const known = new Map<string, Promise<Keys>>()

/**
 * Whether a request is from the Bot Connector: a token of its keys, for our app, for the service that the activity names, by
 * a key that may speak for Teams. Throws CHAT_SIGNATURE_INVALID; CHAT_UNREACHABLE when the keys cannot be fetched.
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
export async function mustBeFromTeams(
  channel: string,
  { app, openid }: { readonly app: string; readonly openid: string },
  said: { readonly authorization: string; readonly serviceUrl: string; readonly atMs: number },
): Promise<void> {
  const refuse = (reason: string, cause?: unknown) =>
    new DriftgateError('CHAT_SIGNATURE_INVALID', { channel, reason }, { cause })
  const token = /^Bearer (\S+)$/.exec(said.authorization)?.[1]
  if (token === undefined) throw refuse('it shows no token')
  const keys = await keysAt(channel, openid)
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys.get, {
      ...{ issuer, audience: app, algorithms: ['RS256'], clockTolerance: 300 },
      currentDate: new Date(said.atMs),
      requiredClaims: ['exp'],
    })
    if (payload['serviceurl'] !== said.serviceUrl) throw refuse('its token is for another service')
    const endorsed = await keys.endorsements(protectedHeader.kid ?? '')
    if (!endorsed.includes('msteams')) throw refuse('its key does not speak for Teams')
  } catch (cause) {
    if (cause instanceof DriftgateError) throw cause
    if (cause instanceof errors.JOSEError && !unasked.includes(cause.code)) {
      throw refuse('its token is not good', cause)
    }
    throw unreachable(channel, cause)
  }
}

function keysAt(channel: string, openid: string): Promise<Keys> {
  const found = known.get(openid)
  if (found) return found
  const asked = fetchKeys(openid).catch((cause) => {
    known.delete(openid)
    throw unreachable(channel, cause)
  })
  known.set(openid, asked)
  return asked
}

async function fetchKeys(openid: string): Promise<Keys> {
  const { jwks_uri: address } = documentSchema.parse(await jsonAt(openid))
  return {
    get: createRemoteJWKSet(new URL(address), { timeoutDuration: chatTimeoutMs }),
    async endorsements(kid) {
      const { keys } = keysSchema.parse(await jsonAt(address))
      return keys.find((each) => each.kid === kid)?.endorsements ?? []
    },
  }
}

async function jsonAt(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(chatTimeoutMs) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response.json()
}

const unreachable = (channel: string, cause: unknown) => {
  const reason = "the keys of Microsoft's Bot Connector could not be fetched"
  return new DriftgateError('CHAT_UNREACHABLE', { channel, reason }, { cause })
}
