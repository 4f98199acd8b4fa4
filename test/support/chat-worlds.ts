import type { ChatChannel } from '../../adapters/chat/chat-channel.ts'
import { openChannel } from '../../adapters/chat/index.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import { mailServer } from './mail-server.ts'
import { matrixServer } from './matrix-server.ts'
import { mattermostChannel, mattermostServer } from './mattermost-server.ts'
import { mishapProxy } from './mishap-proxy.ts'
import { type Mishap, slackServer } from './slack-server.ts'
import { teamsHome, teamsServer } from './teams-server.ts'
import { webhookReceiver } from './webhook-receiver.ts'

interface ShownCard {
  readonly key: string
  readonly revision: number
  readonly headline: string
}

interface Pictured {
  readonly alt: string
  readonly png: Buffer
}

/** A chat that a test looks into. */
export interface ChatWorld {
  readonly settings: ChannelSettings
  readonly channel: ChatChannel
  readonly secret: string
  /** Cards as people see them, one for each that is there. */
  shown(): ShownCard[] | Promise<ShownCard[]>
  /** What was said beside a card, of a product that has a place for it. */
  beside?(reference: string): string[] | Promise<string[]>
  /** Pictures shown with a card, of a product that takes any. */
  pictured?(reference: string): Pictured[] | Promise<Pictured[]>
  /** How long a product that limits wants to be left alone; 7 unless said. */
  readonly pauseSeconds?: number
  /** What the next posting or update meets. */
  next(mishap: Mishap): void
  close(): Promise<void>
}

const open = (settings: ChannelSettings, secret: string): ChatChannel =>
  openChannel(
    'team',
    { chat: { team: settings }, environment: 'test' },
    () => secret,
  ) as ChatChannel

/** One for every kind of channel. */
export const chatWorlds: Readonly<Record<ChannelSettings['kind'], () => Promise<ChatWorld>>> = {
  async slack() {
    const server = await slackServer()
    const settings = {
      ...{ kind: 'slack' as const, channel: server.channel, api: server.api },
      token: { env: 'SLACK_TOKEN' },
    }
    return {
      settings,
      channel: open(settings, server.token),
      secret: server.token,
      shown: () =>
        [...server.messages.values()].map(({ blocks, metadata }) => ({
          key: String(metadata?.event_payload['key']),
          revision: Number(metadata?.event_payload['revision']),
          headline: blocks[0].text.text,
        })),
      beside: (reference) => server.threads.get(reference) ?? [],
      pictured: (reference) =>
        (server.messages.get(reference)?.blocks ?? [])
          .filter(({ type }) => type === 'image')
          .map(({ alt_text, slack_file }) => {
            const png = server.files.get(slack_file.id)?.bytes ?? Buffer.alloc(0)
            return { alt: alt_text, png }
          }),
      next: (mishap) => void server.mishaps.push(mishap),
      close: server.close,
    }
  },
  async webhook() {
    const receiver = await webhookReceiver()
    const settings = {
      ...{ kind: 'webhook' as const, url: receiver.url },
      secret: { env: 'WEBHOOK_SECRET' },
    }
    return {
      settings,
      channel: open(settings, receiver.secret),
      secret: receiver.secret,
      // As the documentation tells a receiver: the highest revision of a key.
      shown() {
        const cards = new Map<string, { key: string; revision: number; headline: string }>()
        for (const { data } of receiver.events.values()) {
          const { key, revision, headline } = data
          if (revision > (cards.get(key)?.revision ?? 0))
            cards.set(key, { key, revision, headline })
        }
        return [...cards.values()]
      },
      next: (mishap) => void receiver.mishaps.push(mishap),
      close: receiver.close,
    }
  },
  async mattermost() {
    const server = await mattermostServer()
    const settings = {
      ...{ kind: 'mattermost' as const, url: server.url, channel: mattermostChannel },
      token: { env: 'MATTERMOST_TOKEN' },
    }
    return {
      settings,
      channel: open(settings, server.token),
      secret: server.token,
      shown: () =>
        [...server.posts.values()]
          .filter(({ root_id }) => root_id === undefined)
          .map(({ props }) => ({
            ...props.driftgate,
            headline: props.attachments[0].fallback,
          })),
      beside: (reference) =>
        [...server.posts.values()].flatMap(({ root_id, message }) =>
          root_id === reference ? [message] : [],
        ),
      next: (mishap) => void server.mishaps.push(mishap),
      close: server.close,
    }
  },
  async teams() {
    const server = await teamsServer()
    const settings = {
      ...{ kind: 'teams' as const, app: teamsHome.app, tenant: teamsHome.tenant, answers: false },
      ...{ channel: teamsHome.channel, secret: { env: 'TEAMS_SECRET' } },
      ...{
        service: server.serviceUrl,
        login: `${server.url}/login`,
        openid: `${server.url}/openid`,
      },
    }
    return {
      settings,
      channel: open(settings, teamsHome.secret),
      secret: teamsHome.secret,
      shown: () =>
        [...server.activities.values()]
          .filter(({ body }) => body.value !== undefined)
          .map(({ body }) => ({
            ...body.value,
            headline: body.attachments[0].content.fallbackText,
          })),
      beside: (reference) =>
        [...server.activities.values()].flatMap(({ conversation, body }) =>
          conversation === reference.split(' ')[0] && body.value === undefined ? [body.text] : [],
        ),
      next: (mishap) => void server.mishaps.push(mishap),
      close: server.close,
    }
  },
  async email() {
    const server = await mailServer()
    const settings = {
      ...{ kind: 'email' as const, host: '127.0.0.1', port: server.port, tls: 'never' as const },
      ...{ username: server.username, password: { env: 'MAIL_PASSWORD' } },
      ...{ from: 'Driftgate <driftgate@example.org>', to: ['ml-team@example.org'] },
    }
    return {
      settings,
      channel: open(settings, server.password),
      secret: server.password,
      pauseSeconds: 60,
      // A mailbox shows a message id once; people read the last of a thread.
      shown() {
        const cards = new Map<string, ShownCard>()
        for (const { headers } of server.mails.values()) {
          const key = headers['x-driftgate-card'] ?? ''
          const revision = Number(headers['x-driftgate-revision'])
          if (revision > (cards.get(key)?.revision ?? 0)) {
            cards.set(key, { key, revision, headline: headers['subject'] ?? '' })
          }
        }
        return [...cards.values()]
      },
      next: (mishap) => void server.mishaps.push(mishap),
      close: server.close,
    }
  },
  async matrix() {
    const server = await matrixServer()
    const room = await server.room()
    const proxy = await mishapProxy(server.url)
    const settings = {
      ...{ kind: 'matrix' as const, homeserver: proxy.url, room },
      ...{ token: { env: 'MATRIX_TOKEN' }, links: 'https://matrix.to/#/' },
    }
    return {
      settings,
      channel: open(settings, server.bot.token),
      secret: server.bot.token,
      async shown() {
        const messages = await server.bot.as.messages(room)
        return messages.flatMap(({ content, body }) => {
          const card = content['io.driftgate.card']
          if (card === undefined) return []
          const { key, revision } = card
          return [{ key, revision, headline: body.split('\n')[0] ?? '' }]
        })
      },
      async beside(reference) {
        const place = `v1/rooms/${encodeURIComponent(room)}/relations`
        const path = `${place}/${encodeURIComponent(reference)}/m.thread`
        const { chunk } = await server.bot.as.call('GET', path)
        return chunk.map(({ content }: { content: { body: string } }) => content.body)
      },
      async pictured(reference) {
        const place = `v1/rooms/${encodeURIComponent(room)}/relations`
        const path = `${place}/${encodeURIComponent(reference)}/m.reference`
        const { chunk } = await server.bot.as.call('GET', path)
        const ids = chunk.map(({ event_id }: { event_id: string }) => event_id)
        const all = (await server.bot.as.messages(room)).filter(({ id }) => ids.includes(id))
        return Promise.all(
          all.map(async ({ body, content }) => ({
            alt: body,
            png: await server.bot.as.download(content.url),
          })),
        )
      },
      next: (mishap) => void proxy.mishaps.push(mishap),
      async close() {
        await proxy.close()
        await server.close()
      },
    }
  },
}

/** Kinds whose world is a real server, which takes a while to start; all others are there at once. */
export const realChats: readonly ChannelSettings['kind'][] = ['matrix']
