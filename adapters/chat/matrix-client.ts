import type { MatrixSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { chatTimeoutMs, type ReadSecret } from './chat-channel.ts'

type Json = Readonly<Record<string, unknown>>

/** Speaks to a Matrix server as the bot. */
export interface MatrixClient {
  /** @param path below `/_matrix/client/`. Errors: as of a chat channel. */
  call<Answer>(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<Answer>
  /** Keeps a file on the server. Returns its `mxc://` address. */
  upload(bytes: Uint8Array, type: string, name: string): Promise<string>
  /** Its user id, asked for once. */
  user(): Promise<string>
}

interface Body {
  readonly bytes: Uint8Array | string
  readonly type: string
}

/** @see https://spec.matrix.org/v1.16/application-service-api/#client-server-api-extensions */
export function matrixClient(
  name: string,
  settings: Pick<MatrixSettings, 'homeserver' | 'token'>,
  readSecret: ReadSecret,
): MatrixClient {
  const root = settings.homeserver.replace(/\/+$/, '')
  let user: string | null = null

  async function ask<Answer>(method: string, path: string, body: Body | null): Promise<Answer> {
    const token = readSecret(settings.token, `chat.${name}.token`)
    const { status, headers, answer } = await exchange(name, `${root}/_matrix/${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': body?.type ?? 'application/json',
      },
      ...(body === null ? {} : { body: body.bytes }),
    })
    if (status === 200 && answer !== null) return answer as Answer
    throw refusalOf(name, status, headers, answer)
  }

  const call: MatrixClient['call'] = (method, path, body) => {
    const json = body && { bytes: JSON.stringify(body), type: 'application/json' }
    return ask(method, `client/${path}`, json ?? null)
  }

  return {
    call,
    async upload(bytes, type, file) {
      const path = `media/v3/upload?${new URLSearchParams({ filename: file })}`
      const { content_uri } = await ask<{ content_uri: string }>('POST', path, { bytes, type })
      return content_uri
    },
    async user() {
      user ??= (await call<{ user_id: string }>('GET', 'v3/account/whoami')).user_id
      return user
    },
  }
}

async function exchange(channel: string, url: string, init: RequestInit) {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(chatTimeoutMs) })
    const text = await response.text()
    return { status: response.status, headers: response.headers, answer: parsed(text) }
  } catch (cause) {
    throw new DriftgateError('CHAT_UNREACHABLE', { channel, reason: 'no answer' }, { cause })
  }
}

/** What a proxy in between says is no JSON. */
function parsed(text: string): Json | null {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' ? (answer as Json | null) : null
  } catch {
    return null
  }
}

function refusalOf(
  channel: string,
  status: number,
  headers: Headers,
  answer: Json | null,
): DriftgateError {
  const said = [answer?.['errcode'], answer?.['error']].filter((each) => typeof each === 'string')
  const reason = [`HTTP ${status}`, ...said].join(', ').slice(0, 300)
  if (status === 429) {
    const told = Number(headers.get('retry-after')) || Number(answer?.['retry_after_ms']) / 1000
    return new DriftgateError('CHAT_RATE_LIMITED', { channel, seconds: Math.ceil(told) || 30 })
  }
  // An answer that only a Matrix server gives says what happened; 200 without one does not.
  if (status >= 500 || status === 200) {
    return new DriftgateError('CHAT_UNREACHABLE', { channel, reason })
  }
  const code = answer?.['errcode'] === 'M_NOT_FOUND' ? 'CHAT_CARD_GONE' : 'CHAT_REFUSED'
  return new DriftgateError(code, { channel, reason, card: '' })
}
