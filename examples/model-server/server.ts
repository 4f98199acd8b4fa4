import Fastify, { type FastifyInstance } from 'fastify'
import type { AliasFollower, LoadedModel } from './alias-follower.ts'
import { BadRequest, inferenceRequest, predict } from './inference.ts'
import type { PredictionLog } from './prediction-log.ts'

export interface Serving {
  readonly follower: AliasFollower
  readonly topic: string
}

const largestBody = 32 * 1024 * 1024

class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

type Params = { Params: { model: string; version?: string } }

/**
 * The HTTP interface of the Open Inference Protocol, version 2. Errors are `{ "error": sentence }`.
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export function buildServer(
  models: ReadonlyMap<string, Serving>,
  log: PredictionLog,
  clock: () => number = Date.now,
): FastifyInstance {
  const server = Fastify({ bodyLimit: largestBody })
  const servingOf = (name: string): Serving => {
    const found = models.get(name)
    if (found === undefined) throw new Refusal(404, `there is no model ${name}`)
    return found
  }

  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof Refusal ? error.status : (error.statusCode ?? 500)
    void reply.status(error instanceof BadRequest ? 400 : status).send({ error: error.message })
  })
  server.setNotFoundHandler((_request, reply) => {
    void reply.status(404).send({ error: 'there is no such path' })
  })

  server.get('/v2', () => ({ name: 'driftgate-model-server', version: '1', extensions: [] }))
  server.get('/v2/health/live', () => ({ live: true }))
  server.get('/v2/health/ready', (_request, reply) => {
    const states = [...models].map(([name, { follower }]) => stateOf(name, follower))
    const ready = states.every((state) => state.ready)
    return reply.status(ready ? 200 : 503).send({ ready, models: states })
  })
  server.post('/v2/repository/index', () =>
    [...models].flatMap(([name, { follower }]) => repositoryEntries(name, follower)),
  )

  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    server.get<Params>(path, async ({ params }) =>
      metadata(params.model, await loaded(servingOf(params.model), params.version)),
    )
    server.get<Params>(`${path}/ready`, async ({ params }, reply) => {
      const { follower } = servingOf(params.model)
      const state = stateOf(params.model, follower)
      const ready = params.version === undefined ? state.ready : params.version === state.version
      return reply.status(ready ? 200 : 503).send({ ...state, ready })
    })
    server.post<Params>(`${path}/infer`, async ({ params, body }) => {
      const serving = servingOf(params.model)
      const request = inferenceRequest.safeParse(body)
      if (!request.success) throw new BadRequest(request.error.issues[0]?.message ?? 'no request')
      const model = await loaded(serving, params.version)
      const events = predict(params.model, model, request.data, clock())
      if (request.data.parameters.log) {
        await log.append(serving.topic, events).catch((cause: unknown) => {
          throw new Refusal(503, `the prediction log took no record: ${messageOf(cause)}`)
        })
      }
      return {
        model_name: params.model,
        model_version: model.version,
        ...(request.data.id === undefined ? {} : { id: request.data.id }),
        ...(request.data.inputs.some(({ name }) => name === 'id')
          ? {}
          : { parameters: { ids: events.map(({ id }) => id) } }),
        outputs: [
          {
            name: 'score',
            shape: [events.length],
            datatype: 'FP64',
            data: events.map(({ score }) => score),
          },
        ],
      }
    })
  }
  return server
}

/** The version asked for, or the one served. */
async function loaded({ follower }: Serving, version: string | undefined): Promise<LoadedModel> {
  if (version !== undefined) {
    return follower.version(version).catch((cause: unknown) => {
      throw new Refusal(404, `version ${version} cannot be served: ${messageOf(cause)}`)
    })
  }
  if (follower.served === null) throw new Refusal(503, notReady(follower))
  return follower.served
}

const notReady = ({ refused, unreachable }: AliasFollower): string =>
  refused
    ? `version ${refused.version} was refused: ${refused.reason}`
    : (unreachable ?? 'the alias names no version yet')

function stateOf(name: string, follower: AliasFollower) {
  const version = follower.served?.version ?? null
  const state = { name, ready: version !== null, version, refused: follower.refused }
  return version === null ? { ...state, reason: notReady(follower) } : state
}

function repositoryEntries(name: string, { served, refused }: AliasFollower) {
  const entries = served ? [{ name, version: served.version, state: 'READY', reason: '' }] : []
  if (refused === null) return entries
  const { version, reason } = refused
  return [...entries, { name, version, state: 'UNAVAILABLE', reason }]
}

function metadata(name: string, { version, trees }: LoadedModel) {
  const text = (column: string) => ({ name: column, datatype: 'BYTES', shape: [-1] })
  const inputs = trees.features.map((feature) => ({
    name: feature.name,
    datatype: feature.codes === null ? 'FP64' : 'BYTES',
    shape: [-1],
  }))
  return {
    name,
    versions: [version],
    platform: 'driftgate_boosted_trees',
    inputs: [text('id'), text('time'), ...inputs],
    outputs: [{ name: 'score', datatype: 'FP64', shape: [-1] }],
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)
