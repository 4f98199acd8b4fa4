import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Card } from '../../contracts/card.ts'
import { bodyOf, type Mishap } from './slack-server.ts'

export interface Received {
  readonly type: string
  readonly data: Card & { readonly key: string; readonly revision: number }
}

export interface WebhookReceiver {
  readonly url: string
  readonly secret: string
  /** Every event once, in the order of their arrival. */
  readonly events: Map<string, Received>
  readonly mishaps: Mishap[]
  /** Requests whose signature did not hold. */
  readonly forged: number
  close(): Promise<void>
}

/** Takes signed events, as a receiver does that was written by somebody else: the signature is checked with WebCrypto. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const bytes = webcrypto.getRandomValues(new Uint8Array(32))
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['verify'])
  const events = new Map<string, Received>()
  const mishaps: Mishap[] = []
  let forged = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return void response.writeHead(405).end()
    const body = await bodyOf(request)
    const [id, timestamp, signatures] = [
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ].map((name) => String(request.headers[name] ?? '')) as [string, string, string]
    const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
    const fresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300
    const [version, signature = ''] = signatures.split(',')
    const holds = await webcrypto.subtle.verify(
      'HMAC',
      key,
      Buffer.from(signature, 'base64'),
      signed,
    )
    if (!fresh || version !== 'v1' || !holds) {
      forged++
      return void response.writeHead(401).end()
    }
    const mishap = mishaps.shift()
    if (mishap === 'request lost') return void request.socket.destroy()
    if (mishap === 'limited') return void response.writeHead(429, { 'retry-after': '7' }).end()
    if (mishap === 'broken') return void response.writeHead(502).end()
    if (mishap === 'refused') return void response.writeHead(410).end()
    events.set(id, JSON.parse(body) as Received)
    if (mishap === 'answer lost') return void request.socket.destroy()
    response.writeHead(204).end()
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    secret: `whsec_${Buffer.from(bytes).toString('base64')}`,
    events,
    mishaps,
    get forged() {
      return forged
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
