import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { invalidBlocks, invalidView } from './slack-rules.ts'
import { type SlackSockets, slackSockets } from './slack-sockets.ts'

export const slackAppToken = 'xapp-test-0123456789'

export interface SlackMessage {
  readonly ts: string
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  blocks: any[]
  metadata: { event_type: string; event_payload: Record<string, unknown> } | undefined
  edits: number
}

/** What the next call that writes meets: done without an answer, not done without an answer, or said no to. */
export type Mishap = 'answer lost' | 'request lost' | 'limited' | 'refused' | 'broken'

/** What the app told one person alone. */
export interface SlackWhisper {
  readonly user: string
  readonly text: string
}

/** A form that the app opened for whoever pressed something. */
export interface SlackView {
  readonly user: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  readonly view: any
}

export interface SlackServer {
  readonly api: string
  readonly channel: string
  readonly token: string
  readonly messages: Map<string, SlackMessage>
  /** What was said in threads, by the message they hang on. */
  readonly threads: Map<string, string[]>
  readonly whispers: SlackWhisper[]
  /** Connections of Socket Mode. */
  readonly sockets: SlackSockets
  readonly views: SlackView[]
  /** Made by whoever presses something: good once, for three seconds. */
  readonly triggers: Map<string, { user: string; atMs: number }>
  /** Names of the methods that were called. */
  readonly calls: string[]
  /** One is taken by each call that writes. */
  readonly mishaps: Mishap[]
  /** Waited for before an edit is taken, so that a test may let others come first; it is told the blocks. */
  beforeUpdate: (blocks: string) => Promise<void>
  close(): Promise<void>
}

/** Slack's Web API as documented, as far as a card needs it: it refuses what Slack refuses. */
export async function slackServer(): Promise<SlackServer> {
  const messages = new Map<string, SlackMessage>()
  const threads = new Map<string, string[]>()
  const whispers: SlackWhisper[] = []
  const views: SlackView[] = []
  const triggers = new Map<string, { user: string; atMs: number }>()
  const calls: string[] = []
  const mishaps: Mishap[] = []
  const token = 'xoxb-test-0123456789'
  const channel = 'C0123456789'
  let last = Date.now() * 1000

  const methods: Readonly<Record<string, (form: URLSearchParams) => object>> = {
    'apps.connections.open': () => ({ ok: true, url: sockets.open(`127.0.0.1:${portOf(server)}`) }),
    'auth.test': () => ({ ok: true, team: 'Test', user: 'driftgate', bot_id: 'B1' }),
    'chat.postMessage': (form) => {
      const ts = (++last / 1e6).toFixed(6)
      const thread = form.get('thread_ts')
      if (thread !== null) {
        threads.set(thread, [...(threads.get(thread) ?? []), form.get('text') ?? ''])
        return { ok: true, channel, ts }
      }
      messages.set(ts, { ts, ...contentOf(form), edits: 0 })
      return { ok: true, channel, ts }
    },
    'chat.update': (form) => {
      const message = messages.get(form.get('ts') ?? '')
      if (message === undefined) return { ok: false, error: 'message_not_found' }
      Object.assign(message, contentOf(form), { edits: message.edits + 1 })
      return { ok: true, channel, ts: message.ts }
    },
    'chat.postEphemeral': (form) => {
      whispers.push({ user: form.get('user') ?? '', text: form.get('text') ?? '' })
      return { ok: true, message_ts: (++last / 1e6).toFixed(6) }
    },
    'views.open': (form) => {
      const id = form.get('trigger_id') ?? ''
      const trigger = triggers.get(id)
      if (trigger === undefined) return { ok: false, error: 'invalid_trigger_id' }
      triggers.delete(id)
      if (Date.now() - trigger.atMs > 3_000) return { ok: false, error: 'expired_trigger_id' }
      const view = JSON.parse(form.get('view') ?? '')
      const wrong = invalidView(view)
      if (wrong !== null) {
        return { ok: false, error: 'invalid_arguments', response_metadata: { messages: [wrong] } }
      }
      views.push({ user: trigger.user, view })
      return { ok: true, view }
    },
    'chat.getPermalink': (form) => ({
      ok: true,
      permalink: `https://test.slack.example/archives/${channel}/p${form.get('message_ts')?.replace('.', '')}`,
    }),
    'conversations.history': (form) => {
      const all = [...messages.values()].reverse()
      const found = all.filter(({ ts }) => Number(ts) >= Number(form.get('oldest') ?? 0))
      const from = Number(form.get('cursor') || 0)
      const to = from + Number(form.get('limit') ?? 100)
      return {
        ok: true,
        messages: found
          .slice(from, to)
          .map((message) =>
            form.get('include_all_metadata') === 'true'
              ? message
              : { ...message, metadata: undefined },
          ),
        response_metadata: { next_cursor: to < found.length ? String(to) : '' },
      }
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await bodyOf(request))
    const name = request.url?.replace(/^\/api\//, '') ?? ''
    calls.push(name)
    const say = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const wanted = name === 'apps.connections.open' ? slackAppToken : token
    if (request.headers.authorization !== `Bearer ${wanted}`) {
      return void say({ ok: false, error: 'invalid_auth' })
    }
    const method = methods[name]
    if (method === undefined) return void say({ ok: false, error: 'unknown_method' })
    const writes = name === 'chat.postMessage' || name === 'chat.update'
    const mishap = writes ? mishaps.shift() : undefined
    if (mishap === 'request lost') return void request.socket.destroy()
    if (mishap === 'limited') return void response.writeHead(429, { 'retry-after': '7' }).end()
    if (mishap === 'broken') return void say({ ok: false, error: 'internal_error' })
    if (mishap === 'refused' || (form.has('channel') && form.get('channel') !== channel)) {
      return void say({ ok: false, error: 'channel_not_found' })
    }
    const wrong =
      writes && form.has('blocks') ? invalidBlocks(JSON.parse(form.get('blocks') ?? '[]')) : null
    if (wrong !== null) {
      const response_metadata = { messages: [wrong] }
      return void say({ ok: false, error: 'invalid_blocks', response_metadata })
    }
    if (name === 'chat.update') await opened.beforeUpdate(form.get('blocks') ?? '')
    const body = method(form)
    if (mishap === 'answer lost') return void request.socket.destroy()
    say(body)
  }

  const server = createServer((request, response) => void answer(request, response))
  const sockets = slackSockets(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  const opened: SlackServer = {
    beforeUpdate: async () => {},
    api: `http://127.0.0.1:${port}/api/`,
    channel,
    token,
    ...{ messages, threads, whispers, views, triggers, sockets },
    calls,
    mishaps,
    async close() {
      sockets.close()
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return opened
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

const contentOf = (form: URLSearchParams) => ({
  text: form.get('text') ?? '',
  blocks: JSON.parse(form.get('blocks') ?? '[]'),
  metadata: form.has('metadata') ? JSON.parse(form.get('metadata') ?? '') : undefined,
})

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
