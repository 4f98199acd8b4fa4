/**
 * The five calls of a chat: sign in, hear what happens, see a picture, say something, react. A tab is a person: what is kept, is kept
 * for this tab alone.
 * @see https://spec.matrix.org/v1.16/client-server-api/
 */
const kept = 'driftgate-chat'
/** Every change of a card is an event of its own. */
const filter = JSON.stringify({ room: { timeline: { limit: 300 } } })

/** Thrown with what the server said, in words. */
export class ChatTrouble extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

export function matrix(homeserver) {
  let session = JSON.parse(sessionStorage.getItem(kept) ?? 'null')

  async function call(method, path, body, signal) {
    let response
    let answer
    try {
      response = await fetch(`${homeserver}/_matrix/client/v3/${path}`, {
        method,
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(session && { authorization: `Bearer ${session.token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      })
      answer = await response.json()
    } catch (cause) {
      if (signal?.aborted) throw cause
      throw new ChatTrouble('UNREACHABLE', 'The chat does not answer. Is the demo still running?')
    }
    if (response.ok) return answer
    throw new ChatTrouble(answer.errcode, answer.error ?? `HTTP ${response.status}`)
  }

  const send = (room, type, content) =>
    call('PUT', `rooms/${encodeURIComponent(room)}/send/${type}/${crypto.randomUUID()}`, content)

  return {
    me: () => session?.user ?? null,
    async signIn(user, password) {
      const { access_token: token, user_id } = await call('POST', 'login', {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user },
        password,
        initial_device_display_name: 'Chat of the demo',
      })
      session = { token, user: user_id }
      sessionStorage.setItem(kept, JSON.stringify(session))
    },
    signOut() {
      session = null
      sessionStorage.removeItem(kept)
    },
    sync: (since, signal) =>
      call(
        'GET',
        `sync?${new URLSearchParams({ filter, ...(since && { since, timeout: '30000' }) })}`,
        null,
        signal,
      ),
    /** A file by its `mxc://` address, as an address for this tab. */
    async picture(address) {
      const path = `${homeserver}/_matrix/client/v1/media/download/${address.replace(/^mxc:\/\//, '')}`
      const response = await fetch(path, { headers: { authorization: `Bearer ${session.token}` } })
      if (!response.ok)
        throw new ChatTrouble('PICTURE', `A picture is missing: HTTP ${response.status}`)
      return URL.createObjectURL(await response.blob())
    },
    join: (room) => call('POST', `join/${encodeURIComponent(room)}`, {}),
    say: (room, body) => send(room, 'm.room.message', { msgtype: 'm.text', body }),
    react: (room, event, key) =>
      send(room, 'm.reaction', {
        'm.relates_to': { rel_type: 'm.annotation', event_id: event, key },
      }),
  }
}
