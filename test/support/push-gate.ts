import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { bodyOf } from './slack-server.ts'

export interface Pushed {
  readonly path: string
  readonly authorization: string
  readonly body: string
  readonly status: number
}

export interface PushGate {
  /** Root of the gateway that is meant; null: nobody is there. */
  target: string | null
  /** Everything that came, and what it was answered. */
  readonly pushed: Pushed[]
  /** Answers the server with 503 for as long as it is set. */
  down: boolean
  /** The same once more, as the server would send it. */
  repeat(which: Pushed, authorization?: string): Promise<number>
  close(): Promise<void>
}

/** Between a Matrix server, which knows one address for good, and the gateway of each test. */
export async function pushGate(port: number): Promise<PushGate> {
  const gate: PushGate = {
    target: null,
    pushed: [],
    down: false,
    repeat: ({ path, authorization, body }, other) => pass(path, other ?? authorization, body),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }

  async function pass(path: string, authorization: string, body: string): Promise<number> {
    const response = await fetch(`${gate.target}${path}`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body,
    })
    await response.body?.cancel()
    return response.status
  }

  async function passed(path: string, authorization: string, body: string): Promise<number> {
    if (gate.down) return 503
    // What is said before a test has a gateway is for nobody.
    return gate.target === null ? 200 : pass(path, authorization, body).catch(() => 502)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const { authorization = '' } = request.headers
    const path = request.url ?? ''
    const status = await passed(path, authorization, body)
    gate.pushed.push({ path, authorization, body, status })
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return gate
}
