import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Block, invalidBlocks, invalidView } from './slack-rules.ts'
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

export interface SlackFile {
  readonly name: string
  readonly length: number
  bytes: Buffer | null
  complete: boolean
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
  /** What was uploaded, by the id of the file; complete once Slack was told so. */
  readonly files: Map<string, SlackFile>
  /** The app has no scope for files. */
  refusesFiles: boolean
  /** Completed files are not ready for messages yet. */
  preparesFiles: boolean
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
  const files = new Map<string, SlackFile>()
  const calls: string[] = []
  const manner = { refusesFiles: false, preparesFiles: false }
  const mishaps: Mishap[] = []
  const token = 'xoxb-test-0123456789'
  const channel = 'C0123456789'
  let last = 0
  /** Names a message: when it came, and no two the same. */
  const nextTime = () => {
    last = Math.max(last + 1, Date.now() * 1000)
    return (last / 1e6).toFixed(6)
  }

  const methods: Readonly<Record<string, (form: URLSearchParams) => object>> = {
    'apps.connections.open': () => ({ ok: true, url: sockets.open(`127.0.0.1:${portOf(server)}`) }),
    'auth.test': () => ({ ok: true, team: 'Test', user: 'driftgate', bot_id: 'B1' }),
    'chat.postMessage': (form) => {
      const ts = nextTime()
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
      return { ok: true, message_ts: nextTime() }
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
    'files.getUploadURLExternal': (form) => {
      const id = `F${files.size + 1}`
      const length = Number(form.get('length'))
      files.set(id, { name: form.get('filename') ?? '', length, bytes: null, complete: false })
      return { ok: true, upload_url: `${address()}/upload/${id}`, file_id: id }
    },
    'files.completeUploadExternal': (form) => {
      const named = JSON.parse(form.get('files') ?? '[]') as { id: string; title?: string }[]
      for (const { id } of named) {
        const file = files.get(id)
        if (!file?.bytes) return { ok: false, error: 'file_not_found' }
        file.complete = true
      }
      return { ok: true, files: named }
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
    const upload = /^\/upload\/(\w+)$/.exec(request.url ?? '')?.[1]
    if (upload !== undefined) return takeFile(files.get(upload), request, response)
    const form = new URLSearchParams(await bodyOf(request))
    const name = request.url?.replace(/^\/api\//, '') ?? ''
    calls.push(name)
    const say = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const wanted = name === 'apps.connections.open' ? slackAppToken : token
    if (request.headers.authorization !== `Bearer ${wanted}`) {
      return void say({ ok: false, error: 'invalid_auth' })
    }
    if (manner.refusesFiles && name.startsWith('files.')) {
      return void say({ ok: false, error: 'missing_scope', needed: 'files:write' })
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
    const blocks: Block[] = writes ? JSON.parse(form.get('blocks') ?? '[]') : []
    const ready = manner.preparesFiles ? new Map<string, SlackFile>() : files
    const wrong = invalidBlocks(blocks) ?? strangeFile(blocks, ready)
    if (wrong !== null) {
      const response_metadata = { messages: [wrong] }
      return void say({ ok: false, error: 'invalid_blocks', response_metadata })
    }
    if (name === 'chat.update') await opened.beforeUpdate(form.get('blocks') ?? '')
    const body = method(form)
    if (mishap === 'answer lost') return void request.socket.destroy()
    say(body)
  }

  const address = () => `http://127.0.0.1:${portOf(server)}`
  const server = createServer((request, response) => void answer(request, response))
  const sockets = slackSockets(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const opened: SlackServer = Object.assign(manner, {
    beforeUpdate: async () => {},
    api: `${address()}/api/`,
    channel,
    token,
    ...{ messages, files, threads, whispers, views, triggers, sockets },
    calls,
    mishaps,
    async close() {
      sockets.close()
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
  return opened
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

const contentOf = (form: URLSearchParams) => ({
  text: form.get('text') ?? '',
  blocks: JSON.parse(form.get('blocks') ?? '[]'),
  metadata: form.has('metadata') ? JSON.parse(form.get('metadata') ?? '') : undefined,
})

/** A file that is not there, or that nobody has completed. */
const strangeFile = (blocks: readonly Block[], files: ReadonlyMap<string, SlackFile>) =>
  blocks.some(({ slack_file: file }) => file && !files.get(file.id ?? '')?.complete)
    ? 'image: invalid slack file'
    : null

async function takeFile(
  file: SlackFile | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  // Whole as it is, or as the one part of a form.
  const start = Math.max(0, body.indexOf(Buffer.from('\x89PNG', 'latin1')))
  if (file === undefined || body.length < start + file.length) {
    return void response.writeHead(400).end()
  }
  file.bytes = body.subarray(start, start + file.length)
  response.writeHead(200).end(`OK - ${file.length}`)
}

export const bodyOf = async (request: IncomingMessage): Promise<string> =>
  (await bytesOf(request)).toString('utf8')

export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
