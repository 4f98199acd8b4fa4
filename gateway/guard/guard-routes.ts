import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DriftgateError } from '../../contracts/errors.ts'
import { guardQuery } from '../../contracts/guard-answer.ts'
import type { GuardWorld } from './build-guard.ts'
import { type GuardedModel, upstreamOf } from './guarded-model.ts'
import { type InferAsked, infer, judgement } from './infer.ts'
import type { UpstreamAnswer } from './upstream.ts'

type OfModel = FastifyRequest<{ Params: { model: string; version?: string } }>

/** A model server that has not said that it is ready by then is not. */
const readyWithinMs = 2_000

/**
 * The protocol as others put it into their path: inference is judged, what is told of a model is the model server's own.
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export function guardRoutes(app: FastifyInstance, world: GuardWorld): void {
  const { models, metrics, upstream, leaving } = world
  const withSignIn = world.settings.guard.access === 'open'
  const deps = { ...world, withSignIn }

  app.get('/healthz', () => ({ status: 'ok', environment: world.settings.environment }))
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
  app.get('/v2', () => ({ name: 'driftgate-guard', version: '1', extensions: [] }))
  app.get('/v2/health/live', () => ({ live: true }))
  app.get('/v2/health/ready', async (_request, reply) => {
    const servers = [...new Set(models.all().map(upstreamOf))]
    const up = new Map(
      await Promise.all(servers.map(async (root) => [root, await isReady(root)] as const)),
    )
    const states = models.all().map((model) => {
      const answers = up.get(upstreamOf(model)) === true
      return {
        name: model.name,
        ready: answers && mayAnswer(model),
        ...(answers ? {} : { upstream: 'not ready' }),
        ...(model.reason === null ? {} : { reason: model.reason }),
      }
    })
    const ready = !leaving?.aborted && states.every((state) => state.ready)
    return reply.status(ready ? 200 : 503).send({ ready, models: states })
  })

  app.post('/v1/guard/:model', async (request: OfModel) => {
    const { dry } = guardQuery.parse(request.query)
    return judgement(deps, models.get(request.params.model), asked(request, ''), !dry)
  })

  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get(path, async (request: OfModel, reply) => pass(request, reply, ''))
    app.get(`${path}/ready`, async (request: OfModel, reply) => {
      const model = models.get(request.params.model)
      if (!mayAnswer(model)) {
        const reason = model.reason ?? ''
        throw new DriftgateError('GUARD_UNABLE', { model: model.name, reason })
      }
      return pass(request, reply, '/ready')
    })
    app.post(`${path}/infer`, { onResponse: observe }, async (request: OfModel, reply) => {
      const { model: name, version } = request.params
      const { outcome, ...answer } = await infer(
        deps,
        models.get(name),
        asked(request, `${versionPath(version)}/infer`),
      )
      reply.header('x-driftgate-guard', outcome)
      return send(reply, answer)
    })
  }

  /** Once the answer went, whatever it was: what a handler throws has no status before. */
  async function observe(request: FastifyRequest, reply: FastifyReply) {
    const { model } = request.params as OfModel['params']
    // Nobody makes series by asking for models that there are not.
    if (!models.all().some(({ name }) => name === model)) return
    const labels = { model, status: String(reply.statusCode) }
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1_000)
  }

  async function pass(request: OfModel, reply: FastifyReply, path: string) {
    const model = models.get(request.params.model)
    const { guard } = model.settings
    const answer = await upstream.ask({
      ...{ model: model.name, root: upstreamOf(model), method: 'GET', headers: request.headers },
      ...{ withSignIn, timeoutMs: guard.timeout },
      path: `v2/models/${encodeURIComponent(guard.name ?? model.name)}${versionPath(request.params.version)}${path}`,
    })
    return send(reply, answer)
  }

  const isReady = async (root: string): Promise<boolean> => {
    const asked = { model: '', root, path: 'v2/health/ready', method: 'GET', headers: {} }
    return upstream.ask({ ...asked, withSignIn: false, timeoutMs: readyWithinMs }).then(
      ({ status }) => status === 200,
      () => false,
    )
  }
}

/** It judges, is switched off, or is told to let inputs through unjudged. */
const mayAnswer = ({ judging, settings: { guard } }: GuardedModel): boolean =>
  judging !== null || !guard.enabled || guard.unable === 'pass'

const versionPath = (version: string | undefined): string =>
  version === undefined ? '' : `/versions/${encodeURIComponent(version)}`

function asked(request: FastifyRequest, path: string): InferAsked {
  const query = request.url.indexOf('?')
  return {
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    path: query < 0 ? path : `${path}${request.url.slice(query)}`,
  }
}

const send = (reply: FastifyReply, { status, headers, body }: UpstreamAnswer) =>
  reply.status(status).headers(headers).send(body)
