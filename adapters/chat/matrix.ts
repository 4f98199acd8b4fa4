import { createHash, randomUUID } from 'node:crypto'
import type { MatrixSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { ChatChannel, Posting, ReadSecret } from './chat-channel.ts'
import { cardField, contentOf, editOf } from './matrix-card.ts'
import { type MatrixEvent, ownMessages } from './matrix-cards.ts'
import { type MatrixClient, matrixClient } from './matrix-client.ts'
import { matrixPictures } from './matrix-pictures.ts'
import { postOnce } from './post-once.ts'

/** Clocks of ours and of the server may differ by so much when a card is looked for that may have been posted. */
const clocksMs = 60_000

/**
 * Cards as messages of a bot, which is an application service, edited in place. The id of a message is a hash over
 * what it says, so whoever answers it answers exactly that.
 */
export function matrix(
  name: string,
  settings: MatrixSettings,
  readSecret: ReadSecret,
): ChatChannel {
  const answered = settings.pushToken !== undefined
  const client = matrixClient(name, settings, readSecret)
  const place = encodeURIComponent(settings.room)
  const room = `v3/rooms/${place}`
  const pictures = matrixPictures(client, place)

  let joined = false
  /** Whoever invited the bot has done enough; where it is a member this changes nothing. */
  async function join(): Promise<void> {
    if (!joined) await client.call('POST', `v3/join/${encodeURIComponent(settings.room)}`, {})
    joined = true
  }

  /** The server gives the same id to the same transaction, within an hour or so and until it is started anew. */
  async function send(transaction: string, content: object): Promise<string> {
    const path = `${room}/send/m.room.message/${encodeURIComponent(transaction)}`
    return (await client.call<{ event_id: string }>('PUT', path, content)).event_id
  }

  const update: ChatChannel['update'] = async (event, posting) => {
    const path = `${room}/event/${encodeURIComponent(event)}`
    const found = await client.call<MatrixEvent>('GET', path)
    // An edit of what somebody deleted is taken and never shown.
    if (isDeleted(found)) {
      throw new DriftgateError('CHAT_CARD_GONE', { channel: name, card: posting.key })
    }
    // Between two changes of the record a card may say for a moment that an answer is being recorded.
    await send(randomUUID(), editOf(event, posting, answered))
    await pictures.show(event, posting)
  }

  async function make(posting: Posting): Promise<string> {
    const event = await send(transactionOf(posting), contentOf(posting, answered))
    // The card is there, so whatever went wrong with its picture it has to be looked for.
    await pictures.show(event, posting).catch((cause) => {
      const reason = 'the card is there, and its picture may not be'
      throw new DriftgateError('CHAT_UNREACHABLE', { channel: name, reason }, { cause })
    })
    return event
  }

  const once = postOnce({
    find: (key, since) => find(client, name, room, { key, since }),
    make,
    update,
  })

  return {
    kind: 'matrix',
    address: settings.homeserver,
    async post(posting) {
      await join()
      return once(posting)
    },
    update,
    upload: pictures.upload,
    /** In the card's thread; clients that know none show it as a reply. */
    async remind(event, text) {
      const thread = { rel_type: 'm.thread', event_id: event, is_falling_back: true }
      const told = createHash('sha256').update(text).digest('base64url')
      await send(`remind/${event}/${told}`, {
        ...{ msgtype: 'm.notice', body: text },
        'm.relates_to': { ...thread, 'm.in_reply_to': { event_id: event } },
      })
    },
    async linkTo(event) {
      const via = (await client.user()).replace(/^[^:]*:/, '')
      const place = `${encodeURIComponent(settings.room)}/${encodeURIComponent(event)}`
      return `${settings.links}${place}?via=${encodeURIComponent(via)}`
    },
    async probe() {
      const user = await client.user()
      const { joined_rooms } = await client.call<{ joined_rooms: string[] }>(
        'GET',
        'v3/joined_rooms',
      )
      if (joined_rooms.includes(settings.room)) return `${user} in ${settings.room}`
      const reason = `${user} is no member of ${settings.room}: invite it, and it joins with the first card`
      throw new DriftgateError('CHAT_REFUSED', { channel: name, reason })
    },
  }
}

/** A revision is posted once, however often it is tried. */
const transactionOf = ({ key, revision }: Posting): string => `${key}/${revision}`

const isDeleted = ({ unsigned, content }: MatrixEvent): boolean =>
  unsigned?.redacted_because !== undefined || Object.keys(content).length === 0

/** The message that carries the key, if posting it came through after all. */
async function find(
  client: MatrixClient,
  channel: string,
  room: string,
  { key, since }: { key: string; since: Date },
): Promise<string | null> {
  for await (const event of ownMessages(client, room)) {
    if (event === null) {
      const reason = 'whether the card was posted before could not be told: too much was said since'
      throw new DriftgateError('CHAT_REFUSED', { channel, reason })
    }
    const card = event.content[cardField] as { key?: unknown } | undefined
    if (card?.key === key) return event.event_id
    if (event.origin_server_ts < since.getTime() - clocksMs) return null
  }
  return null
}
