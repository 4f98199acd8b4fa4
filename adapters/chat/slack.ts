import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
} from '@slack/web-api'
import type { SlackSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type ChatChannel, chatTimeoutMs, type Posting, type ReadSecret } from './chat-channel.ts'
import { blocksOf, textOf } from './slack-blocks.ts'

const eventType = 'driftgate_card'
/** Our clock and Slack's may differ by so much when a card is looked for that may have been posted. */
const slackMs = 60_000
const pagesLookedAt = 5

/** Slack's answer was lost, or says that nobody knows. */
const unknown = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']
const gone = ['message_not_found', 'cant_update_message', 'edit_window_closed']

/**
 * Cards as Block Kit messages of an app, edited in place. Each carries its key as metadata, by which a card is
 * found again whose posting was never answered.
 */
export function slack(name: string, settings: SlackSettings, readSecret: ReadSecret): ChatChannel {
  const { channel } = settings

  async function call<Answer>(
    what: (client: WebClient) => Promise<Answer>,
    card = '',
  ): Promise<Answer> {
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
      throw errorOf(name, card, cause)
    }
  }

  const messageOf = ({ card, key, revision }: Posting) => ({
    channel,
    text: textOf(card),
    blocks: blocksOf(card),
    metadata: { event_type: eventType, event_payload: { key, revision } },
  })

  /** The message that carries the key, if posting it came through after all. */
  async function find(key: string, since: Date): Promise<string | null> {
    const oldest = ((since.getTime() - slackMs) / 1000).toFixed(6)
    let cursor: string | undefined
    for (let page = 0; page < pagesLookedAt; page++) {
      const history = await call((client) =>
        client.conversations.history({
          channel,
          oldest,
          include_all_metadata: true,
          limit: 200,
          ...(cursor ? { cursor } : {}),
        }),
      )
      const found = history.messages?.find(
        ({ metadata }) =>
          metadata?.event_type === eventType &&
          (metadata.event_payload as { key?: unknown } | undefined)?.key === key,
      )
      if (found?.ts) return found.ts
      cursor = history.response_metadata?.next_cursor
      if (!cursor) return null
    }
    const reason = 'whether the card was posted before could not be told: too much was said since'
    throw new DriftgateError('CHAT_REFUSED', { channel: name, reason })
  }

  const update: ChatChannel['update'] = async (ts, posting) => {
    await call((client) => client.chat.update({ ts, ...messageOf(posting) }), posting.key)
  }

  return {
    kind: 'slack',
    address: settings.api,
    async post(posting) {
      const found = posting.attemptedAt && (await find(posting.key, posting.attemptedAt))
      if (found) {
        await update(found, posting)
        return found
      }
      const message = { ...messageOf(posting), unfurl_links: false, unfurl_media: false }
      const { ts } = await call((client) => client.chat.postMessage(message), posting.key)
      if (ts) return ts
      const reason = 'the answer names no message'
      throw new DriftgateError('CHAT_UNREACHABLE', { channel: name, reason })
    },
    update,
    async linkTo(ts) {
      const found = await call((client) => client.chat.getPermalink({ channel, message_ts: ts }))
      return found.permalink ?? null
    },
    async probe() {
      const { team, user } = await call((client) => client.auth.test())
      return `${user ?? 'the app'} in ${team ?? 'a workspace'}`
    },
  }
}

function errorOf(channel: string, card: string, cause: unknown): unknown {
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
