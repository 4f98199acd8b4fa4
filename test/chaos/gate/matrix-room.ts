import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MatrixSettings } from '../../../contracts/chat-settings.ts'
import { localChannel } from '../../../deploy/local/synapse.ts'
import {
  type MatrixUser,
  matrixUser,
  roomOf,
  signInToMatrix,
} from '../../../examples/demo/matrix-user.ts'
import { type PushGate, pushGate } from '../../support/push-gate.ts'
import { eventually, roundMs } from '../persist.ts'
import type { MatrixPlace } from '../servers.ts'

/** A card as it stands in a chat. */
export interface SeenCard {
  /** What the chat knows it by. */
  readonly ts: string
  readonly headline: string
  readonly key: string | null
  readonly revision: number | null
  /** What can be answered to it. */
  readonly verbs: readonly string[]
  readonly code: string
}

/** A room of a real Matrix server, and people in it: what they do is done until the server has it and we were told. */
export interface MatrixRoom {
  /** In the configuration. */
  readonly channel: string
  readonly settings: MatrixSettings
  /** Where the server finds us. */
  target(gateway: string): void
  /** As the server knows somebody. */
  userOf(name: string): string
  cards(): Promise<SeenCard[]>
  react(name: string, card: string, key: string): Promise<void>
  say(name: string, body: string): Promise<void>
  close(): Promise<void>
}

/** Which of the ready-made people somebody is. */
const accounts: Readonly<Record<string, string>> = { ada: 'approver', bob: 'other-approver' }
const secrets = { token: 'CHAOS_MATRIX_TOKEN', push: 'CHAOS_MATRIX_PUSH_TOKEN' }

export async function matrixRoom(place: MatrixPlace): Promise<MatrixRoom> {
  const { url } = place
  const keys = place.secrets.bot('driftgate')
  process.env[secrets.token] = keys.token
  process.env[secrets.push] = keys.pushToken
  const bot = matrixUser(url, keys.user, keys.token)
  const people = new Map<string, MatrixUser>()
  for (const [name, id] of Object.entries(accounts)) {
    const { password = '' } = place.secrets.people.find((person) => person.id === id) ?? {}
    people.set(name, await signInToMatrix(url, id, password))
  }
  const room = await roomOf(bot, 'chaos', [...people.values()])
  const path = `v3/rooms/${encodeURIComponent(room)}`
  const pushes = await pushGate(place.pushPort)
  const person = (name: string): MatrixUser => people.get(name)!

  async function send(name: string, type: string, content: object): Promise<void> {
    const transaction = randomUUID()
    const event = await insist(async () => {
      const sent = await person(name).call('PUT', `${path}/send/${type}/${transaction}`, content)
      return sent.event_id as string
    })
    await eventually(async () => wasPushed(pushes, event))
  }

  return {
    channel: localChannel,
    settings: {
      ...{ kind: 'matrix', homeserver: url, room, links: 'https://matrix.to/#/' },
      ...{ token: { env: secrets.token }, pushToken: { env: secrets.push } },
    },
    target(gateway) {
      pushes.target = gateway
    },
    userOf: (name) => person(name).user,
    async cards() {
      const cards: SeenCard[] = []
      const filter = JSON.stringify({ types: ['m.room.message'], senders: [bot.user] })
      const query = new URLSearchParams({ dir: 'b', limit: '200', filter })
      for (let end: string | undefined = ''; end !== undefined; ) {
        const found: { chunk: Message[]; end?: string } = await insist(() =>
          bot.call('GET', `${path}/messages?${query}`),
        )
        cards.push(...found.chunk.flatMap(cardIn))
        end = found.end
        query.set('from', end ?? '')
      }
      return cards
    },
    react: (name, card, key) =>
      send(name, 'm.reaction', {
        'm.relates_to': { rel_type: 'm.annotation', event_id: card, key },
      }),
    say: (name, body) => send(name, 'm.room.message', { msgtype: 'm.text', body }),
    close: () => pushes.close(),
  }
}

/** Again until the server answers; a transaction that is sent again is the same one, also after the server's death. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + roundMs; ; ) {
    try {
      return await attempt()
    } catch (error) {
      const refused = / 4\d\d M_(?!LIMIT_EXCEEDED)/.test((error as Error).message)
      if (refused || performance.now() > end) throw error
      await sleep(200)
    }
  }
}

const wasPushed = ({ pushed }: PushGate, event: string): boolean =>
  pushed.some(({ body, status }) => status === 200 && body.includes(event))

interface Message {
  readonly event_id: string
  readonly content: Content
  readonly unsigned?: {
    readonly 'm.relations'?: {
      readonly 'm.replace'?: { readonly content: { readonly 'm.new_content': Content } }
    }
  }
}
interface Content {
  readonly body?: string
  readonly 'io.driftgate.card'?: {
    readonly key: string
    readonly revision: number
    /** Null: it asks nothing. */
    readonly digest: string | null
    readonly verbs: readonly string[]
  }
  readonly 'm.relates_to'?: { readonly rel_type?: string }
}

/** With its last edit; what is no card is none. */
function cardIn({ event_id: ts, content, unsigned }: Message): SeenCard[] {
  if (content['m.relates_to']?.rel_type === 'm.replace') return []
  const now = unsigned?.['m.relations']?.['m.replace']?.content['m.new_content'] ?? content
  const card = now['io.driftgate.card']
  if (card === undefined) return []
  const [headline = ''] = (now.body ?? '').split('\n')
  const code = (card.digest ?? '').replace(/^sha256:/, '').slice(0, 8)
  const { key, revision, verbs } = card
  return [{ ts, headline: headline.slice(0, 150), key, revision, verbs, code }]
}
