import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { isSigned, webhookKey } from '../../adapters/webhooks/signature.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { JobRuns, type RunsOptions } from './job-runs.ts'

const job = z.object({ submissionId: z.string() })
const question = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('job.submit'),
    data: z.object({
      runKey: z.string(),
      specPath: z.string(),
      environment: z.record(z.string(), z.string()),
    }),
  }),
  z.object({ type: z.literal('job.find'), data: z.object({ runKey: z.string() }) }),
  z.object({ type: z.literal('job.status'), data: job }),
  z.object({
    type: z.literal('job.output'),
    data: job.extend({ from: z.number().int().nonnegative() }),
  }),
  z.object({ type: z.literal('job.kill'), data: job }),
])

export interface ReceiverOptions extends RunsOptions {
  /** `whsec_...`, the same as `cluster.secret`. */
  readonly secret: string
  readonly host?: string
  /** 0: any that is free. */
  readonly port?: number
}

/** A small service that runs training jobs on its own machine: what `cluster.kind: webhook` needs on the other side. */
export async function startReceiver(
  options: ReceiverOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const key = webhookKey(options.secret)
  if (key === null) throw new TypeError('the secret is not whsec_ and 24 to 64 bytes in base64')
  const runs = new JobRuns(options)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const say = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (!isSigned(key as Buffer, request.headers, body)) {
      return void say(401, { reason: 'the signature does not hold' })
    }
    const asked = question.safeParse(parsedJson(body))
    if (!asked.success) return void say(400, { reason: 'nobody knows such a question' })
    try {
      say(200, answerTo(runs, asked.data))
    } catch (error) {
      // Only what cannot be right however often it is asked for is refused.
      const refused = error instanceof RangeError
      say(refused ? 422 : 500, { reason: error instanceof Error ? error.message : String(error) })
    }
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

function answerTo(runs: JobRuns, asked: z.infer<typeof question>): unknown {
  switch (asked.type) {
    case 'job.submit':
      return runs.submit(asked.data)
    case 'job.find':
      return runs.find(asked.data.runKey)
    case 'job.status':
      return runs.status(asked.data.submissionId)
    case 'job.output':
      return runs.output(asked.data.submissionId, asked.data.from)
    case 'job.kill':
      runs.kill(asked.data.submissionId)
      return {}
  }
}
