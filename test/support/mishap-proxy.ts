import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bytesOf, type Mishap } from './slack-server.ts'

export interface MishapProxy {
  readonly url: string
  /** One is taken by each PUT; null: it goes well. */
  readonly mishaps: (Mishap | null)[]
  close(): Promise<void>
}

/** Stands before a real Matrix server; what it answers itself is what such a server, or a proxy of its own, answers. */
export async function mishapProxy(target: string): Promise<MishapProxy> {
  const mishaps: (Mishap | null)[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new Uint8Array(await bytesOf(request))
    const say = (status: number, what: object) =>
      void response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(what))
    const mishap = request.method === 'PUT' ? mishaps.shift() : undefined
    if (mishap === 'request lost') return void request.socket.destroy()
    if (mishap === 'broken') return void response.writeHead(502).end('<html>Bad gateway</html>')
    if (mishap === 'limited') {
      const error = 'Too Many Requests'
      return say(429, { errcode: 'M_LIMIT_EXCEEDED', error, retry_after_ms: 6_500 })
    }
    if (mishap === 'refused') {
      return say(403, { errcode: 'M_FORBIDDEN', error: 'User @bot:x not in room !r:x' })
    }
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers
    const answered = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization, 'content-type': type },
      ...(body.length === 0 ? {} : { body }),
    })
    const text = await answered.text()
    if (mishap === 'answer lost') return void request.socket.destroy()
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(text)
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    mishaps,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
