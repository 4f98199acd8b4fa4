import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
} from '@slack/web-api'
import type { SlackSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { chatTimeoutMs, type ReadSecret } from './chat-channel.ts'

/** Slack's answer was lost, or says that nobody knows. */
const unknown = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']
const gone = ['message_not_found', 'cant_update_message', 'edit_window_closed']

export type SlackCall = <Answer>(
  what: (client: WebClient) => Promise<Answer>,
  card?: string,
) => Promise<Answer>

/** Calls of Slack's Web API with the token as it is now; errors as a channel has them. */
export const slackCall =
  (name: string, settings: SlackSettings, readSecret: ReadSecret): SlackCall =>
  async (what, card = '') => {
    const client = new WebClient(readSecret(settings.token, `chat.${name}.token`), {
      slackApiUrl: settings.api,
      timeout: chatTimeoutMs,
      // Who calls decides about another try: it knows whether the card has changed since.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logLevel: LogLevel.ERROR,
    })
    try {
      return await what(client)
    } catch (cause) {
      throw slackError(name, card, cause)
    }
  }

export function slackError(channel: string, card: string, cause: unknown): unknown {
  if (cause instanceof DriftgateError) return cause
  if (cause instanceof WebAPIRateLimitedError) {
    return new DriftgateError('CHAT_RATE_LIMITED', { channel, seconds: cause.retryAfter })
  }
  // The cause of a request that failed may hold its headers, with the token: it is left out.
  if (cause instanceof WebAPIPlatformError) {
    const reason = cause.data.error
    if (gone.includes(reason)) return new DriftgateError('CHAT_CARD_GONE', { channel, card })
    const code = unknown.includes(reason) ? 'CHAT_UNREACHABLE' : 'CHAT_REFUSED'
    return new DriftgateError(code, { channel, reason })
  }
  if (cause instanceof WebAPIHTTPError && cause.statusCode < 500) {
    return new DriftgateError('CHAT_REFUSED', { channel, reason: `HTTP ${cause.statusCode}` })
  }
  const reason = cause instanceof WebAPIHTTPError ? `HTTP ${cause.statusCode}` : 'no answer'
  return new DriftgateError('CHAT_UNREACHABLE', { channel, reason })
}
