import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { z } from 'zod'
import { isSigned, webhookKey } from '../adapters/webhooks/signature.ts'
import { parsedJson } from '../contracts/parsed-json.ts'

export interface ReceiverPlace {
  /** `whsec_...`, the same as in the configuration. */
  readonly secret: string
  readonly host?: string
  /** 0: any that is free. */
  readonly port?: number
}

/** Listens for signed questions of Driftgate, and answers those that `schema` knows with a status and JSON. */
export async function signedReceiver<Question>(
  { secret, host = '127.0.0.1', port = 0 }: ReceiverPlace,
  schema: z.ZodType<Question>,
  answerTo: (question: Question) => [status: number, value: unknown],
): Promise<{ url: string; close(): Promise<void> }> {
  const key = webhookKey(secret)
  if (key === null) throw new TypeError('the secret is not whsec_ and 24 to 64 bytes in base64')

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const say = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (!isSigned(key as Buffer, request.headers, body)) {
      return void say(401, { reason: 'the signature does not hold' })
    }
    const asked = schema.safeParse(parsedJson(body))
    if (!asked.success) return void say(400, { reason: 'nobody knows such a question' })
    say(...answerTo(asked.data))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(port, host)
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host}:${taken}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
