import Fastify, { type FastifyInstance } from 'fastify'
import { type Answers, answer, BadRequest, inferenceRequest, questionsOf } from './inference.ts'
import type { PredictionLog } from './prediction-log.ts'
import { metadata, notReady, repositoryEntries, stateOf } from './server-state.ts'
import type { ShadowCopies } from './shadow-copies.ts'
import type { LoadedModel, TrafficFollower } from './traffic-follower.ts'

export interface Serving {
  readonly follower: TrafficFollower
  readonly topic: string
  /** Null: there is no topic for what a shadow answers. */
  readonly copies: ShadowCopies | null
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
    const states = [...models].map(([name, serving]) => stateOf(name, serving))
    const ready = states.every((state) => state.ready)
    return reply.status(ready ? 200 : 503).send({ ready, models: states })
  })
  server.post('/v2/repository/index', () =>
    [...models].flatMap(([name, serving]) => repositoryEntries(name, serving)),
  )

  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    server.get<Params>(path, async ({ params }) =>
      metadata(params.model, await described(servingOf(params.model), params.version)),
    )
    server.get<Params>(`${path}/ready`, async ({ params }, reply) => {
      const state = stateOf(params.model, servingOf(params.model))
      const { version } = params
      const ready = version === undefined ? state.ready : state.versions.includes(version)
      return reply.status(ready ? 200 : 503).send({ ...state, ready })
    })
    server.post<Params>(`${path}/infer`, async ({ params, body, headers }) => {
      const sinceMs = performance.now()
      const serving = servingOf(params.model)
      const request = inferenceRequest.safeParse(body)
      if (!request.success) throw new BadRequest(request.error.issues[0]?.message ?? 'no request')
      const key = request.data.parameters.key ?? textOf(headers['traffic-key'])
      const model = await chosen(serving, params.version, key)
      const questions = questionsOf(request.data, clock())
      const sharedMs = performance.now() - sinceMs
      const nowMs = () => performance.now()
      const answers = answer(params.model, model, questions, { sinceMs, nowMs })
      if (request.data.parameters.log) {
        await log.append(serving.topic, answers.events).catch((cause: unknown) => {
          throw new Refusal(503, `the prediction log took no record: ${messageOf(cause)}`)
        })
        const { shadow } = serving.follower
        if (shadow !== null && params.version === undefined) {
          serving.copies?.take(() => {
            const copySinceMs = performance.now() - sharedMs
            return copyOf(params.model, shadow, questions, { sinceMs: copySinceMs, nowMs })
          })
        }
      }
      if (answers.failed)
        throw new Refusal(500, `version ${model.version} failed: ${answers.error}`)
      const { events } = answers
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

/** What a shadow answers; a request that it cannot read is one that it failed on. */
function copyOf(...asked: Parameters<typeof answer>): Answers['events'] {
  const [name, { version }, questions] = asked
  try {
    return answer(...asked).events
  } catch (cause) {
    const error = messageOf(cause)
    return questions.map((question) => ({ ...question, model: name, version, error }))
  }
}

/** The version asked for, or the stable one. */
async function described(serving: Serving, version: string | undefined): Promise<LoadedModel> {
  return chosen(serving, version ?? serving.follower.served?.version, undefined)
}

/** The version asked for, or the one whose turn it is. */
async function chosen(
  { follower }: Serving,
  version: string | undefined,
  key: string | undefined,
): Promise<LoadedModel> {
  if (version !== undefined) {
    return follower.version(version).catch((cause: unknown) => {
      throw new Refusal(404, `version ${version} cannot be served: ${messageOf(cause)}`)
    })
  }
  const model = follower.choose(key)
  if (model === null) throw new Refusal(503, notReady(follower))
  return model
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)
