import type { WebhookSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { signedHeaders, webhookKey } from '../webhooks/signature.ts'
import { type ChatChannel, chatTimeoutMs, type Posting, type ReadSecret } from './chat-channel.ts'

/**
 * Sends every change of a card to an address, signed. The reference of a card is its key: the receiver keeps the
 * highest revision of a key, and an event id that it has seen is the same event again.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhook(
  name: string,
  settings: WebhookSettings,
  readSecret: ReadSecret,
): ChatChannel {
  const key = () => keyOf(name, readSecret(settings.secret, `chat.${name}.secret`))

  async function send({ card, key: cardKey, revision }: Posting): Promise<void> {
    // Without a full stop, which parts what is signed.
    const id = `${cardKey}/${revision}`
    const body = JSON.stringify({
      type: `${card.subject.kind}.${card.state}`,
      data: { key: cardKey, revision, ...card },
    })
    const response = await answerOf(name, settings.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...signedHeaders(key(), id, body),
      },
      body,
    })
    if (!response.ok) throw refusalOf(name, response)
  }

  return {
    kind: 'webhook',
    address: settings.url,
    async post(posting) {
      await send(posting)
      return posting.key
    },
    update: (_reference, posting) => send(posting),
    linkTo: async () => null,
    async probe() {
      key()
      // Only whether somebody is there: what is sent to such an address may ring a telephone.
      const { status } = await answerOf(name, settings.url, {
        method: 'OPTIONS',
        redirect: 'manual',
      })
      return `HTTP ${status}; nothing was sent`
    },
  }
}

function keyOf(channel: string, secret: string): Buffer {
  const key = webhookKey(secret)
  if (key !== null) return key
  const reason = `chat.${channel}.secret is not whsec_ and 24 to 64 bytes in base64`
  throw new DriftgateError('CHAT_REFUSED', { channel, reason })
}

async function answerOf(channel: string, url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(chatTimeoutMs) })
    await response.body?.cancel()
    return response
  } catch (cause) {
    throw new DriftgateError('CHAT_UNREACHABLE', { channel, reason: 'no answer' }, { cause })
  }
}

function refusalOf(channel: string, { status, headers }: Response): DriftgateError {
  const reason = `HTTP ${status}`
  if (status === 429) {
    const seconds = Number(headers.get('retry-after')) || 30
    return new DriftgateError('CHAT_RATE_LIMITED', { channel, seconds })
  }
  if (status >= 500) return new DriftgateError('CHAT_UNREACHABLE', { channel, reason })
  return new DriftgateError('CHAT_REFUSED', { channel, reason })
}
