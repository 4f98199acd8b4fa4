import { createHash } from 'node:crypto'
import { DriftgateError } from '../../contracts/errors.ts'
import type { ChatReply } from './chat-answers.ts'
import { escaped } from './matrix-card.ts'
import type { MatrixClient } from './matrix-client.ts'

/** Says something to one person alone, in a room of theirs and the bot's. */
export type Talk = (user: string, reply: ChatReply, about: string) => Promise<void>

type DirectRooms = Readonly<Record<string, readonly string[]>>

/** Which room is whose is kept by the server, as every client keeps it: account data of the bot. */
export function matrixTalk(client: MatrixClient): Talk {
  const rooms = new Map<string, Promise<string>>()

  async function directRoom(user: string): Promise<string> {
    const bot = await client.user()
    const kept = `v3/user/${encodeURIComponent(bot)}/account_data/m.direct`
    const direct = await orNull(client.call<DirectRooms>('GET', kept))
    for (const room of direct?.[user] ?? []) if (await isThere(client, room, user)) return room
    const { room_id } = await client.call<{ room_id: string }>('POST', 'v3/createRoom', {
      ...{ preset: 'trusted_private_chat', is_direct: true, invite: [user] },
      name: 'Driftgate, to you alone',
    })
    await client.call('PUT', kept, { ...direct, [user]: [room_id, ...(direct?.[user] ?? [])] })
    return room_id
  }

  return async (user, { text, link }, about) => {
    const opening = rooms.get(user) ?? directRoom(user)
    rooms.set(user, opening)
    // One that failed, or was left since, is looked for again.
    const room = await opening.finally(() => rooms.delete(user))
    const body = link ? `${text}\n\n${link.title}: ${link.url}` : text
    const transaction = createHash('sha256')
      .update(JSON.stringify([about, body]))
      .digest('hex')
    const path = `v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${transaction}`
    await client.call('PUT', path, {
      ...{ msgtype: 'm.notice', body, format: 'org.matrix.custom.html' },
      formatted_body: `<p>${escaped(text)}</p>${link ? `<p><a href="${escaped(link.url)}">${escaped(link.title)}</a></p>` : ''}`,
    })
  }
}

/** Invited counts: whoever comes later finds what was said. Whoever left is invited again. */
async function isThere(client: MatrixClient, room: string, user: string): Promise<boolean> {
  const place = `v3/rooms/${encodeURIComponent(room)}`
  const state = `${place}/state/m.room.member/${encodeURIComponent(user)}`
  const found = await orNull(client.call<{ membership: string }>('GET', state))
  return found?.membership === 'join' || found?.membership === 'invite'
}

/** Null where nothing is. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    const nothing = ['CHAT_CARD_GONE', 'CHAT_REFUSED']
    if (error instanceof DriftgateError && nothing.includes(error.code)) return null
    throw error
  }
}
