import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { ChatDesk } from '../chat/chat-desk.ts'
import type { GatewayDeps } from '../deps.ts'

const params = z.object({ kind: z.string(), name: z.string(), '*': z.string().default('') })

/** Where chat products bring what people pressed. The bytes are kept as they came: they are what is signed. */
export function chatRoutes(app: FastifyInstance, deps: GatewayDeps, desk: ChatDesk): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const { kind, name, '*': path } = params.parse(request.params)
    const { settings } = await currentSettings(deps.db)
    const answers = deps.openAnswers(name, settings)
    if (answers === null || answers.kind !== kind) {
      throw new DriftgateError('CHAT_CHANNEL_UNKNOWN', { channel: name })
    }
    const heard = await answers.read({
      method: request.method,
      path,
      query: request.query as Record<string, unknown>,
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      atMs: deps.clock(),
    })
    await desk.hear(answers, name, heard)
    heard.next?.().catch(deps.onChatProblem)
    return reply.status(200).send(heard.acknowledgement ?? '')
  }

  app.post('/chat/:kind/:name', handle)
  app.put('/chat/:kind/:name/*', handle)
}
