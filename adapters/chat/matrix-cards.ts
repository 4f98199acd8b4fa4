import { z } from 'zod'
import { type CardSubject, cardSubjectSchema } from '../../contracts/card.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { cardField } from './matrix-card.ts'
import type { MatrixClient } from './matrix-client.ts'
import { typedCode } from './matrix-code.ts'

/** What a card in the room asked for when it was posted. */
export interface MatrixCard {
  readonly kind: CardSubject['kind']
  /** Id of the record that it is about. */
  readonly subject: string
  /** Of what it showed; empty: of no evidence. */
  readonly digest: string
  /** All that may be typed for it; its beginning is on the card. */
  readonly code: string
}

export interface MatrixEvent {
  readonly event_id: string
  readonly sender: string
  readonly origin_server_ts: number
  readonly content: Readonly<Record<string, unknown>>
  readonly unsigned?: {
    readonly redacted_because?: unknown
    readonly 'm.relations'?: { readonly 'm.replace'?: Pick<MatrixEvent, 'content'> }
  }
}

export interface MatrixCards {
  /** Null where that message is no card of ours, or is gone. */
  at(event: string): Promise<MatrixCard | null>
  /** The last card with that code; null where there is none. */
  withCode(code: string): Promise<MatrixCard | null>
  /** Takes away somebody's reaction, where the bot may. */
  takeBack(reaction: string): Promise<void>
}

const field = z.object({
  kind: cardSubjectSchema.shape.kind,
  subject: z.string(),
  digest: z.string().nullable(),
})
const pagesLookedAt = 5

export function matrixCards(client: MatrixClient, room: string): MatrixCards {
  const place = `v3/rooms/${encodeURIComponent(room)}`
  return {
    async at(id) {
      try {
        const event = await client.call<MatrixEvent>(
          'GET',
          `${place}/event/${encodeURIComponent(id)}`,
        )
        return event.sender === (await client.user()) ? cardIn(event) : null
      } catch (error) {
        if (error instanceof DriftgateError && error.code === 'CHAT_CARD_GONE') return null
        throw error
      }
    },
    async withCode(code) {
      for await (const event of ownMessages(client, place)) {
        const card = event && cardIn(event)
        if (card?.code.startsWith(code)) return card
      }
      return null
    },
    async takeBack(reaction) {
      const path = `${place}/redact/${encodeURIComponent(reaction)}/back-${encodeURIComponent(reaction)}`
      try {
        await client.call('PUT', path, { reason: 'it did not count' })
      } catch (error) {
        // Without the power to do so it stays, and its owner takes it away to press again.
        if (!(error instanceof DriftgateError) || error.code !== 'CHAT_REFUSED') throw error
      }
    },
  }
}

function cardIn({ content }: MatrixEvent): MatrixCard | null {
  const found = field.safeParse(content[cardField]).data
  if (found === undefined) return null
  return { ...found, digest: found.digest ?? '', code: typedCode(found) }
}

/** What the bot itself said in the room, the last first; null in the end where it looked no further. */
export async function* ownMessages(
  client: MatrixClient,
  place: string,
): AsyncGenerator<MatrixEvent | null> {
  const filter = JSON.stringify({ types: ['m.room.message'], senders: [await client.user()] })
  const query = new URLSearchParams({ dir: 'b', limit: '100', filter })
  for (let page = 0; page < pagesLookedAt; page++) {
    const path = `${place}/messages?${query}`
    const { chunk, end } = await client.call<{ chunk: MatrixEvent[]; end?: string }>('GET', path)
    const bot = await client.user()
    yield* chunk.filter(({ sender }) => sender === bot)
    if (end === undefined) return
    query.set('from', end)
  }
  yield null
}
