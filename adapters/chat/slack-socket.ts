import { setTimeout as sleep } from 'node:timers/promises'
import { LogLevel, SocketModeClient } from '@slack/socket-mode'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Heard, Listener } from './chat-answers.ts'
import { chatTimeoutMs } from './chat-channel.ts'

/** Pauses between connections that broke or were never made, milliseconds. */
const pausesMs = [250, 1_000, 5_000, 15_000, 30_000]

/** What goes wrong is told to the listener; the package would also write it to the output of the process. */
const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
}

interface SocketOptions {
  readonly name: string
  readonly api: string
  /** App-level token; read again for each connection. */
  readonly token: () => string
}

/** One delivery over the socket. */
interface Envelope {
  readonly type: string
  readonly envelope_id: string
  readonly body: unknown
  readonly ack: (response?: Record<string, unknown>) => Promise<void>
}

/**
 * Hears what Slack sends over connections that we open, one after another until it is closed. Slack acknowledges nothing:
 * what we do not acknowledge it sends again, so an envelope is acknowledged once it is kept.
 * @see https://docs.slack.dev/apis/events-api/using-socket-mode
 */
export function listenToSlack(
  options: SocketOptions,
  { clock, hear, onProblem }: Listener,
  read: (payload: unknown, deliveryId: string, atMs: number) => Heard,
): { close(): Promise<void> } {
  const closing = new AbortController()
  let client: SocketModeClient | undefined

  async function take({ type, envelope_id, body, ack }: Envelope): Promise<void> {
    try {
      if (type !== 'interactive') return await ack()
      const heard = read(body, envelope_id, clock())
      await hear(heard)
      await ack((heard.acknowledgement ?? {}) as Record<string, unknown>)
      await heard.next?.()
    } catch (error) {
      onProblem(error)
      // What can never be read must not come again and again.
      if (error instanceof DriftgateError && !error.entry.retryable) await ack().catch(onProblem)
    }
  }

  async function connect(): Promise<void> {
    client = new SocketModeClient({
      appToken: options.token(),
      // Its own way of connecting again ends the process when Slack is not reached.
      autoReconnectEnabled: false,
      clientOptions: {
        slackApiUrl: options.api,
        timeout: chatTimeoutMs,
        retryConfig: { retries: 0 },
      },
      logger: silent,
    })
    const ended = new Promise<void>((resolve) => client?.once('disconnected', () => resolve()))
    client.on('slack_event', (envelope: Envelope) => void take(envelope))
    await client.start()
    pause = 0
    await ended
  }

  let pause = 0
  async function stay(): Promise<void> {
    while (!closing.signal.aborted) {
      await connect().catch(() => {
        const reason = 'no connection for answers could be opened'
        onProblem(new DriftgateError('CHAT_UNREACHABLE', { channel: options.name, reason }))
      })
      if (closing.signal.aborted) return
      await sleep(pausesMs[Math.min(pause++, pausesMs.length - 1)], undefined, {
        signal: closing.signal,
      }).catch(() => {})
    }
  }

  const staying = stay()
  return {
    async close() {
      closing.abort()
      await client?.disconnect().catch(() => {})
      await staying
    },
  }
}
