import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, SignJWT } from 'jose'
import { bodyOf, type Mishap } from './slack-server.ts'

export const teamsHome = {
  app: '11111111-2222-4333-8444-555555555555',
  tenant: '66666666-7777-4888-9999-000000000000',
  channel: '19:c0123456789@thread.tacv2',
  secret: 'teams-test-0123456789',
}

export interface TeamsActivity {
  readonly id: string
  readonly conversation: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  body: any
}

/** What a token of the connector says, for a test to change. */
export interface TokenChanges {
  readonly issuer?: string
  readonly audience?: string
  readonly serviceUrl?: string
  readonly atMs?: number
  readonly key?: 'teams' | 'other channel' | 'unknown'
}

/**
 * Microsoft's login, Bot Connector and keys as documented, as far as cards and answers need them. It refuses what the
 * documentation refuses: calls without a token of the app, messages over 28 kB, card versions that Teams does not know.
 */
export async function teamsServer() {
  const activities = new Map<string, TeamsActivity>()
  const mishaps: Mishap[] = []
  const tokens = new Set<string>()
  const pairs = {
    teams: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'other channel': generateKeyPairSync('rsa', { modulusLength: 2048 }),
    unknown: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }
  let last = 0

  const invalid = (activity: {
    attachments?: { content?: { type?: string; version?: string } }[]
  }) => {
    if (Buffer.byteLength(JSON.stringify(activity)) > 28 * 1024) return 'MessageSizeTooBig'
    const [attachment] = activity.attachments ?? []
    if (attachment === undefined) return null
    const { type, version = '' } = attachment.content ?? {}
    return type === 'AdaptiveCard' && ['1.4', '1.5'].includes(version) ? null : 'BadArgument'
  }

  async function jwks() {
    const keyOf = async (name: 'teams' | 'other channel', endorsements: string[]) => ({
      ...(await exportJWK(pairs[name].publicKey)),
      ...{ kid: name, use: 'sig', endorsements },
    })
    return { keys: [await keyOf('teams', ['msteams']), await keyOf('other channel', ['webchat'])] }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request)
    const path = decodeURIComponent(request.url ?? '/')
    const say = (status: number, body: object, headers = {}) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body))
    if (path === '/openid') return say(200, { jwks_uri: `${url}/keys` })
    if (path === '/keys') return say(200, await jwks())
    if (path === `/login/${teamsHome.tenant}/oauth2/v2.0/token`) {
      const form = new URLSearchParams(text)
      if (form.get('client_secret') !== teamsHome.secret)
        return say(401, { error: 'invalid_client' })
      const token = randomUUID()
      tokens.add(token)
      return say(200, { token_type: 'Bearer', expires_in: 3600, access_token: token })
    }
    const [, conversation, id] =
      /^\/service\/v3\/conversations(?:\/([^/]+)\/activities(?:\/(.+))?)?$/.exec(path) ?? []
    if (!path.startsWith('/service/v3/conversations')) return say(404, {})
    if (!tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? ''))
      return say(401, {})
    const mishap = mishaps.shift()
    if (mishap === 'request lost') return void request.socket.destroy()
    if (mishap === 'limited') return say(429, {}, { 'retry-after': '7' })
    if (mishap === 'broken') return say(502, {})
    if (mishap === 'refused') return say(403, { error: { code: 'BotNotInConversationRoster' } })
    const body = JSON.parse(text)
    const activity = body.activity ?? body
    const wrong = invalid(activity)
    if (wrong !== null) return say(413, { error: { code: wrong } })
    const given = take(conversation, id, body, activity)
    if (mishap === 'answer lost') return void request.socket.destroy()
    return given === null ? say(404, {}) : say(200, given)
  }

  function take(
    conversation: string | undefined,
    id: string | undefined,
    body: object,
    activity: object,
  ) {
    if (id !== undefined) {
      const found = activities.get(id)
      if (found === undefined) return null
      found.body = activity
      return { id }
    }
    const made = `${1_600_000_000_000 + ++last}`
    if (conversation !== undefined) {
      activities.set(made, { id: made, conversation, body: activity })
      return { id: made }
    }
    if (!('activity' in body)) return { id: `a:direct-${JSON.stringify(body).length}` }
    const thread = `${teamsHome.channel};messageid=${made}`
    activities.set(made, { id: made, conversation: thread, body: activity })
    return { id: thread, activityId: made }
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    ...{ url, activities, mishaps },
    /** The service that activities name. */
    serviceUrl: `${url}/service/`,
    /** The header with which the connector brings something. */
    async authorization(changes: TokenChanges = {}): Promise<string> {
      const key = changes.key ?? 'teams'
      const now = Math.floor((changes.atMs ?? Date.now()) / 1000)
      const token = await new SignJWT({ serviceurl: changes.serviceUrl ?? `${url}/service/` })
        .setProtectedHeader({ alg: 'RS256', kid: key })
        .setIssuer(changes.issuer ?? 'https://api.botframework.com')
        .setAudience(changes.audience ?? teamsHome.app)
        .setNotBefore(now)
        .setExpirationTime(now + 3600)
        .sign(pairs[key].privateKey)
      return `Bearer ${token}`
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
