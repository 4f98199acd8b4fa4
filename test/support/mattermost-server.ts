import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyOf, type Mishap } from './slack-server.ts'

export interface MattermostPost {
  readonly id: string
  readonly channel_id: string
  readonly user_id: string
  readonly create_at: number
  root_id?: string
  message: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  props: any
}

export interface MattermostUser {
  readonly id: string
  readonly username: string
  readonly is_bot?: boolean
  readonly delete_at?: number
}

const id = (name: string) => name.padEnd(26, '0')
export const mattermostChannel = id('channel')
export const bot: MattermostUser = { id: id('bot'), username: 'driftgate', is_bot: true }
export const members: readonly MattermostUser[] = [
  { id: id('olga'), username: 'olga' },
  { id: id('pavel'), username: 'pavel' },
  { id: id('gone'), username: 'gone', delete_at: 1 },
  bot,
]
/** Known to the server, and no member of the channel. */
export const outsider: MattermostUser = { id: id('outsider'), username: 'outsider' }

interface Answer {
  readonly status: number
  readonly body: object
}

/**
 * A Mattermost server as its documentation has it, as far as cards and answers need it: REST with a bearer token, posts with
 * attachments, buttons that it sends on, and forms. It refuses what the documentation refuses, and shows a browser no context
 * of a button.
 * @see https://developers.mattermost.com/api-documentation/
 */
export async function mattermostServer() {
  const token = 'mattermost-test-0123456789'
  const posts = new Map<string, MattermostPost>()
  const dialogs: { user: string; url: string; dialog: Dialog }[] = []
  const triggers = new Map<string, string>()
  const mishaps: Mishap[] = []
  let last = 0

  const refuse = (status: number, id: string): Answer => ({
    status,
    body: { id, status_code: status },
  })

  function invalid({ message = '', props = {} }: Partial<MattermostPost>): string | null {
    if (message.length > 16_383) return 'model.post.is_valid.msg.app_error'
    if (JSON.stringify(props).length > 800_000) return 'model.post.is_valid.props.app_error'
    for (const { actions = [] } of props.attachments ?? []) {
      for (const action of actions) {
        if (!/^[A-Za-z0-9]+$/.test(action.id ?? '') || !action.name || !action.integration?.url) {
          return 'api.post.action.invalid'
        }
      }
    }
    return null
  }

  function respond(method: string, path: string, body: Json, query: URLSearchParams): Answer {
    const [resource, first, second, third] = path.split('/')
    if (method === 'GET' && resource === 'users') {
      const found = first === 'me' ? bot : [...members, outsider].find((each) => each.id === first)
      return found ? { status: 200, body: found } : refuse(404, 'store.sql_user.missing_account')
    }
    if (method === 'GET' && resource === 'channels' && second === 'members') {
      const member = first === mattermostChannel && members.some((each) => each.id === third)
      return member ? { status: 200, body: { user_id: third } } : refuse(404, 'store.no_member')
    }
    if (method === 'GET' && resource === 'channels' && second === 'posts') {
      const since = Number(query.get('since') ?? 0)
      const found = [...posts.values()].filter((each) => each.create_at >= since)
      const all = Object.fromEntries(found.map((each) => [each.id, each]))
      return { status: 200, body: { order: Object.keys(all), posts: all } }
    }
    if (method === 'POST' && path === 'channels/direct') {
      const pair = body as unknown as string[]
      return pair.length === 2
        ? { status: 201, body: { id: id(`dm${pair[1]}`).slice(0, 26) } }
        : refuse(400, 'api.context.invalid_body_param.app_error')
    }
    if (method === 'POST' && path === 'posts') {
      const wrong = invalid(body)
      if (wrong !== null) return refuse(400, wrong)
      const post: MattermostPost = {
        ...{ id: id(`post${++last}x`), create_at: Date.now(), user_id: bot.id },
        ...{ message: '', props: {}, ...body, channel_id: String(body['channel_id']) },
      }
      posts.set(post.id, post)
      return { status: 201, body: post }
    }
    if (method === 'PUT' && resource === 'posts' && second === 'patch') {
      const post = posts.get(first ?? '')
      if (post === undefined) return refuse(404, 'app.post.get.app_error')
      const wrong = invalid(body)
      if (wrong !== null) return refuse(400, wrong)
      return { status: 200, body: Object.assign(post, body) }
    }
    if (method === 'POST' && path === 'actions/dialogs/open') {
      const { trigger_id: trigger, url, dialog } = body as unknown as Opened
      const user = triggers.get(trigger)
      if (user === undefined) return refuse(400, 'interactive_message.decode_trigger_id.app_error')
      triggers.delete(trigger)
      if (!dialog.title || dialog.title.length > 24 || dialog.elements.length > 5) {
        return refuse(400, 'app.command.invalid_dialog')
      }
      dialogs.push({ user, url, dialog })
      return { status: 200, body: { status: 'OK' } }
    }
    return refuse(404, 'api.context.404.app_error')
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request)
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const path = url.pathname.replace('/api/v4/', '')
    const say = ({ status, body }: Answer, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body))
    if (request.headers.authorization !== `Bearer ${token}`) {
      return void say(refuse(401, 'api.context.session_expired.app_error'))
    }
    const method = request.method ?? 'GET'
    const writes = path === 'posts' || path.endsWith('/patch')
    const mishap = writes ? mishaps.shift() : undefined
    if (mishap === 'request lost') return void request.socket.destroy()
    if (mishap === 'limited') return void say(refuse(429, 'limited'), { 'x-ratelimit-reset': '7' })
    if (mishap === 'broken') return void say(refuse(500, 'broken'))
    if (mishap === 'refused') return void say(refuse(403, 'api.context.permissions.app_error'))
    const given = respond(method, path, text === '' ? {} : JSON.parse(text), url.searchParams)
    if (mishap === 'answer lost') return void request.socket.destroy()
    say(given)
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...{ url: `http://127.0.0.1:${port}`, token, posts, dialogs, mishaps },
    /** What the server sends to the app when somebody presses a button. */
    pressed(post: MattermostPost, action: string, user: MattermostUser) {
      const [{ actions }] = post.props.attachments
      const { context } = actions.find((each: { id: string }) => each.id === action).integration
      const trigger = randomUUID()
      triggers.set(trigger, user.id)
      return {
        ...{
          user_id: user.id,
          user_name: user.username,
          channel_id: post.channel_id,
          team_id: id('t'),
        },
        ...{ post_id: post.id, trigger_id: trigger, type: 'button', context },
      }
    },
    /** And when they send the form that was opened for them. */
    submitted(user: MattermostUser, reason: string, more: object = {}) {
      const opened = dialogs.findLast((each) => each.user === user.id)
      if (opened === undefined) throw new Error(`no form was opened for ${user.username}`)
      const { callback_id, state } = opened.dialog
      return {
        ...{ type: 'dialog_submission', callback_id, state, user_id: user.id },
        ...{ channel_id: mattermostChannel, team_id: id('t'), cancelled: false },
        submission: { reason },
        ...more,
      }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Json = Record<string, unknown> & Partial<MattermostPost>
interface Dialog {
  readonly callback_id: string
  readonly title: string
  readonly state: string
  readonly introduction_text?: string
  readonly elements: readonly object[]
}
interface Opened {
  readonly trigger_id: string
  readonly url: string
  readonly dialog: Dialog
}
