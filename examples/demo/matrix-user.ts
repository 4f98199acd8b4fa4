import { randomUUID } from 'node:crypto'

// biome-ignore lint/suspicious/noExplicitAny: whoever asks knows what comes
type Any = any

export interface ShownMessage {
  readonly id: string
  readonly sender: string
  readonly body: string
  /** With its last edit. */
  readonly content: Any
  readonly edited: boolean
}

/** Somebody at a Matrix server, as a client program of theirs would act; errors of the server are thrown as text. */
export interface MatrixUser {
  readonly user: string
  readonly token: string
  call(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<Any>
  /** Returns the id of the event. */
  send(room: string, type: string, content: object): Promise<string>
  react(room: string, event: string, key: string): Promise<string>
  say(room: string, body: string, replyTo?: string): Promise<string>
  remove(room: string, event: string): Promise<string>
  /** A file by its `mxc://` address. */
  download(address: string): Promise<Buffer>
  /** Messages that stand in the room, as people see them, the oldest first. */
  messages(room: string): Promise<ShownMessage[]>
}

/** Throws what the server says about a wrong name or password. */
export async function signInToMatrix(
  url: string,
  name: string,
  password: string,
): Promise<MatrixUser> {
  const { access_token, user_id } = await matrixUser(url, '', '').call('POST', 'v3/login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: name },
    password,
  })
  return matrixUser(url, user_id, access_token)
}

/** A private room that the bot makes, with these people in it. */
export async function roomOf(
  bot: MatrixUser,
  name: string,
  people: readonly MatrixUser[],
): Promise<string> {
  const { room_id } = await bot.call('POST', 'v3/createRoom', {
    ...{ preset: 'private_chat', name },
    invite: people.map(({ user }) => user),
  })
  for (const each of people) await each.call('POST', `v3/join/${encodeURIComponent(room_id)}`, {})
  return room_id
}

/** Ends every room that the bot is in: it and all of these people leave. */
export async function leaveRooms(bot: MatrixUser, people: readonly MatrixUser[]): Promise<void> {
  const { joined_rooms } = await bot.call('GET', 'v3/joined_rooms')
  for (const place of joined_rooms.map(roomPath)) {
    const { chunk } = await bot.call('GET', `${place}/members`)
    const there = new Set(
      chunk.flatMap(({ content, state_key }: Any) =>
        content.membership === 'join' || content.membership === 'invite' ? [state_key] : [],
      ),
    )
    for (const each of [...people, bot]) {
      if (there.has(each.user)) await each.call('POST', `${place}/leave`, {})
    }
  }
}

const roomPath = (room: string): string => `v3/rooms/${encodeURIComponent(room)}`

export function matrixUser(url: string, user: string, token: string): MatrixUser {
  async function call(method: string, path: string, body?: object): Promise<Any> {
    const response = await fetch(`${url}/_matrix/client/${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Any
    if (response.ok) return answer
    throw new Error(`${method} ${path}: ${response.status} ${answer.errcode} ${answer.error}`)
  }
  async function send(room: string, type: string, content: object): Promise<string> {
    return (await call('PUT', `${roomPath(room)}/send/${type}/${randomUUID()}`, content)).event_id
  }
  return {
    ...{ user, token, call, send },
    react: (room, event, key) =>
      send(room, 'm.reaction', {
        'm.relates_to': { rel_type: 'm.annotation', event_id: event, key },
      }),
    say: (room, body, replyTo) =>
      send(room, 'm.room.message', {
        ...{ msgtype: 'm.text', body },
        ...(replyTo && { 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo } } }),
      }),
    async remove(room, event) {
      const path = `${roomPath(room)}/redact/${encodeURIComponent(event)}/${randomUUID()}`
      return (await call('PUT', path, {})).event_id
    },
    async download(address) {
      const path = `v1/media/download/${address.replace(/^mxc:\/\//, '')}`
      const headers = { authorization: `Bearer ${token}` }
      const response = await fetch(`${url}/_matrix/client/${path}`, { headers })
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
      return Buffer.from(await response.arrayBuffer())
    },
    async messages(room) {
      const filter = encodeURIComponent(JSON.stringify({ types: ['m.room.message'] }))
      const found = await call('GET', `${roomPath(room)}/messages?dir=b&limit=200&filter=${filter}`)
      const original = found.chunk.filter(
        ({ content }: Any) =>
          content.body !== undefined && content['m.relates_to']?.rel_type !== 'm.replace',
      )
      return original.reverse().map(({ event_id, sender, content, unsigned }: Any) => {
        const edit = unsigned?.['m.relations']?.['m.replace']
        const now = edit?.content['m.new_content'] ?? content
        return { id: event_id, sender, body: now.body, content: now, edited: edit !== undefined }
      })
    },
  }
}
