import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

export interface Envelope {
  readonly envelope_id: string
  readonly type: 'interactive'
  readonly payload: object
}

export interface SlackSockets {
  /** Another connection: where it is opened, good for one. */
  open(host: string): string
  /** How many are open. */
  readonly connected: number
  /** Brings something over one of them, and waits three seconds for its acknowledgement. */
  deliver(payload: object): Promise<object>
  /** The same envelope once more, as after an acknowledgement that was lost. */
  again(): Promise<object>
  /** Ends every connection, as Slack does every few hours. */
  refresh(): void
  close(): void
}

/**
 * The connections of Socket Mode as documented: a ticket each, a hello first, envelopes that want to be acknowledged.
 * @see https://docs.slack.dev/apis/events-api/using-socket-mode
 */
export function slackSockets(server: Server): SlackSockets {
  const tickets = new Set<string>()
  const sockets = new Set<WebSocket>()
  const waiting = new Map<string, (payload: object) => void>()
  const accept = new WebSocketServer({ noServer: true })
  let last: Envelope | undefined

  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('ticket') ?? ''
    if (!tickets.delete(ticket)) return void socket.destroy()
    accept.handleUpgrade(request, socket, head, (connection) => {
      sockets.add(connection)
      connection.on('close', () => sockets.delete(connection))
      connection.on('message', (bytes) => {
        const said = JSON.parse(bytes.toString()) as { envelope_id: string; payload?: object }
        waiting.get(said.envelope_id)?.(said.payload ?? {})
        waiting.delete(said.envelope_id)
      })
      connection.send(JSON.stringify({ type: 'hello', num_connections: sockets.size }))
    })
  })

  function send(envelope: Envelope): Promise<object> {
    last = envelope
    const [socket] = sockets
    if (socket === undefined) return Promise.reject(new Error('no app is connected'))
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(envelope.envelope_id)
        reject(new Error('not acknowledged within three seconds'))
      }, 3_000)
      waiting.set(envelope.envelope_id, (payload) => {
        clearTimeout(late)
        resolve(payload)
      })
      socket.send(JSON.stringify({ ...envelope, accepts_response_payload: true }))
    })
  }

  return {
    open(host) {
      const ticket = randomUUID()
      tickets.add(ticket)
      return `ws://${host}/socket?ticket=${ticket}`
    },
    get connected() {
      return sockets.size
    },
    deliver: (payload) => send({ envelope_id: randomUUID(), type: 'interactive', payload }),
    again: () => (last ? send(last) : Promise.reject(new Error('nothing was sent'))),
    refresh() {
      for (const socket of sockets) {
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }))
      }
    },
    close() {
      for (const socket of sockets) socket.terminate()
      accept.close()
    },
  }
}
