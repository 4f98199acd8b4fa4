import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { isSigned, webhookKey } from '../../adapters/webhooks/signature.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { allTo, sameTraffic, trafficSchema, versionsIn } from '../../contracts/traffic.ts'

/** Names are parts of the name of a file. */
const place = z.object({
  name: z.string().regex(/^[\w-]{1,100}$/),
  alias: z.string().regex(/^[\w-]{1,100}$/),
})
const question = z.discriminatedUnion('type', [
  z.object({ type: z.literal('traffic.read'), data: place }),
  z.object({
    type: z.literal('traffic.set'),
    data: place.extend({ traffic: trafficSchema, expectedGeneration: z.string() }),
  }),
])
const state = z.object({ traffic: trafficSchema, generation: z.string() })
type State = z.infer<typeof state>

export interface ReceiverOptions {
  /** A file for each place, `<name>.<alias>.json`, that whatever routes requests follows. */
  readonly folder: string
  /** `whsec_...`, the same as `rollout.secret`. */
  readonly secret: string
  /** Whether a version could serve; all can unless told. */
  readonly knows?: (name: string, version: string) => boolean
  readonly host?: string
  /** 0: any that is free. */
  readonly port?: number
}

/** A small service that moves traffic by files: what `rollout.kind: webhook` needs on the other side. */
export async function startReceiver(
  options: ReceiverOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const key = webhookKey(options.secret)
  if (key === null) throw new TypeError('the secret is not whsec_ and 24 to 64 bytes in base64')
  mkdirSync(options.folder, { recursive: true })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const say = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (!isSigned(key as Buffer, request.headers, body)) {
      return void say(401, { reason: 'the signature does not hold' })
    }
    const asked = question.safeParse(parsedJson(body))
    if (!asked.success) return void say(400, { reason: 'nobody knows such a question' })
    const [status, value] = answerTo(options, asked.data)
    say(status, value)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Looking and changing are one step: nothing here waits for anything. */
function answerTo(
  { folder, knows = () => true }: ReceiverOptions,
  asked: z.infer<typeof question>,
): [status: number, value: unknown] {
  const { name, alias } = asked.data
  const file = join(folder, `${name}.${alias}.json`)
  const found: State = existsSync(file)
    ? state.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { traffic: allTo(null), generation: '0' }
  if (asked.type === 'traffic.read') return [200, found]
  const { traffic, expectedGeneration } = asked.data
  if (sameTraffic(found.traffic, traffic)) return [200, found]
  if (found.generation !== expectedGeneration) return [409, { generation: found.generation }]
  const unknown = versionsIn(traffic).find((version) => !knows(name, version))
  if (unknown !== undefined) return [422, { reason: `there is no version ${unknown} of ${name}` }]
  const next = { traffic, generation: String(Number(found.generation) + 1) }
  // Whole or not at all, whoever reads it.
  writeFileSync(`${file}.new`, JSON.stringify(next))
  renameSync(`${file}.new`, file)
  return [200, next]
}
