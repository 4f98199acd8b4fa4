import { z } from 'zod'
import type { TeamsSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { chatTimeoutMs, type ReadSecret } from './chat-channel.ts'

const tokenSchema = z.object({ access_token: z.string() })

export interface TeamsClient {
  /** Calls the Bot Connector; null where there is nothing (404). Errors as those of a channel. */
  ask<T>(method: string, path: string, schema: z.ZodType<T>, body: object): Promise<T | null>
  /** Proves that the secret of the app is accepted. */
  signIn(): Promise<void>
}

/**
 * The Bot Connector with a token of the app, fetched for each call: cards are few, and a rotated secret counts at once.
 * @see https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
export function teamsClient(
  name: string,
  settings: TeamsSettings,
  readSecret: ReadSecret,
): TeamsClient {
  const { app, tenant } = settings

  async function token(): Promise<string> {
    const secret = readSecret(settings.secret, `chat.${name}.secret`)
    const url = `${settings.login.replace(/\/$/, '')}/${tenant}/oauth2/v2.0/token`
    const answer = await fetched(name, url, tokenSchema, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ grant_type: 'client_credentials', client_id: app, client_secret: secret },
        scope: 'https://api.botframework.com/.default',
      }),
    })
    if (answer) return answer.access_token
    throw new DriftgateError('CHAT_REFUSED', { channel: name, reason: 'there is no such tenant' })
  }

  return {
    async ask(method, path, schema, body) {
      const url = `${settings.service.replace(/\/$/, '')}/v3/conversations${path}`
      const authorization = `Bearer ${await token()}`
      return fetched(name, url, schema, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    },
    async signIn() {
      await token()
    },
  }
}

async function fetched<T>(
  channel: string,
  url: string,
  schema: z.ZodType<T>,
  init: RequestInit,
): Promise<T | null> {
  const unreachable = (reason: string) =>
    new DriftgateError('CHAT_UNREACHABLE', { channel, reason })
  let response: Response
  let text: string
  try {
    const signal = AbortSignal.timeout(chatTimeoutMs)
    response = await fetch(url, { ...init, redirect: 'manual', signal })
    text = await response.text()
  } catch {
    // The cause may hold what was sent, with the secret: it is left out.
    throw unreachable('no answer')
  }
  const { status } = response
  if (status === 404) return null
  if (status === 429) {
    const seconds = Number(response.headers.get('retry-after')) || 30
    throw new DriftgateError('CHAT_RATE_LIMITED', { channel, seconds })
  }
  if (status >= 500 || status === 412) throw unreachable(`HTTP ${status}`)
  if (!response.ok) throw new DriftgateError('CHAT_REFUSED', { channel, reason: `HTTP ${status}` })
  try {
    return schema.parse(text === '' ? {} : JSON.parse(text))
  } catch {
    throw unreachable('it answers something else than documented')
  }
}
