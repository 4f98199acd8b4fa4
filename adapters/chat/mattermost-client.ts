import { z } from 'zod'
import type { MattermostSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { chatTimeoutMs, type ReadSecret } from './chat-channel.ts'

export interface MattermostClient {
  /** Errors as those of a channel; null where there is nothing (404). */
  ask<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T | null>
}

export const anything = z.unknown()

/**
 * Calls of a server's REST API with the bot's token as it is now.
 * @see https://developers.mattermost.com/api-documentation/
 */
export function mattermostClient(
  name: string,
  settings: MattermostSettings,
  readSecret: ReadSecret,
): MattermostClient {
  const root = settings.url.replace(/\/$/, '')
  const unreachable = (reason: string, cause?: unknown) =>
    new DriftgateError('CHAT_UNREACHABLE', { channel: name, reason }, { cause })

  return {
    async ask(method, path, schema, body) {
      const token = readSecret(settings.token, `chat.${name}.token`)
      let response: Response
      let text: string
      try {
        response = await fetch(`${root}/api/v4/${path}`, {
          method,
          redirect: 'manual',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(chatTimeoutMs),
        })
        text = await response.text()
      } catch (cause) {
        throw unreachable('no answer', cause)
      }
      const { status } = response
      if (status === 404) return null
      if (status === 429) {
        const seconds = Number(response.headers.get('x-ratelimit-reset')) || 30
        throw new DriftgateError('CHAT_RATE_LIMITED', { channel: name, seconds })
      }
      if (status >= 500) throw unreachable(`HTTP ${status}`)
      if (!response.ok) {
        throw new DriftgateError('CHAT_REFUSED', { channel: name, reason: `HTTP ${status}` })
      }
      try {
        return schema.parse(JSON.parse(text))
      } catch (cause) {
        throw unreachable(`${path} answers something else than documented`, cause)
      }
    },
  }
}

/** What a log or a person wrote is text, never a mention, a link, a format or a picture. */
export const plain = (text: string, length: number): string =>
  text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/[\\`*_{}[\]()#+\-.!|<>~:]/g, '\\$&')
    .replace(/@/g, '@\u200b')
