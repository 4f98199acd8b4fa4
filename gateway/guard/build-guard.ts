import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import type { IdentityProvider } from '../../adapters/identity/index.ts'
import type { Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { toCoded, toProblem } from '../problem.ts'
import { guardAccess } from './access.ts'
import type { GuardCounter } from './guard-counter.ts'
import type { GuardMetrics } from './guard-metrics.ts'
import { guardRoutes } from './guard-routes.ts'
import type { GuardedModels } from './guarded-models.ts'
import type { Upstream } from './upstream.ts'

export interface GuardWorld {
  readonly settings: Pick<Settings, 'guard' | 'environment'>
  readonly models: Pick<GuardedModels, 'get' | 'all'>
  readonly counter: GuardCounter
  readonly upstream: Upstream
  readonly metrics: GuardMetrics
  readonly identity: Pick<IdentityProvider, 'verifyBearer'>
  readonly clock: () => number
  /** Aborted when the process is about to end: from then on it is not ready. */
  readonly leaving?: AbortSignal
}

/** Asked by supervisors and Prometheus without a sign-in. */
const openPaths = ['/v2/health/live', '/v2/health/ready', '/healthz', '/metrics']

/** The door before the models: the Open Inference Protocol under /v2, the guard alone under /v1. Does not listen yet. */
export function buildGuard(
  world: GuardWorld,
  logger: FastifyServerOptions['logger'] = false,
): FastifyInstance {
  const { guard } = world.settings
  const app = Fastify({
    ...(logger ? { logger } : {}),
    bodyLimit: guard.largestBody,
    routerOptions: { maxParamLength: 300 },
  })
  // Bodies go on as they came.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const mayAsk = guardAccess(guard, world.identity, world.clock)
  let underWay = 0
  app.addHook('onRequest', async (request) => {
    if (openPaths.includes(request.routeOptions.url ?? '')) return
    if (underWay >= guard.atOnce) throw new DriftgateError('TOO_MANY_REQUESTS', { seconds: 1 })
    underWay++
    counted.add(request)
    await mayAsk(request)
  })
  const counted = new WeakSet<FastifyRequest>()
  app.addHook('onResponse', async (request) => {
    if (counted.has(request)) underWay--
  })
  app.setErrorHandler((thrown, request, reply) => {
    const error = asGuardError(thrown, request, guard.largestBody)
    world.metrics.errors.inc({ code: error.code })
    if (error.entry.status >= 500) request.log.warn({ err: thrown }, error.code)
    return answerError(error, request, reply)
  })
  app.setNotFoundHandler((request, reply) =>
    answerError(new DriftgateError('ROUTE_UNKNOWN', { path: request.url }), request, reply),
  )
  guardRoutes(app, world)
  return app
}

function asGuardError(thrown: unknown, request: FastifyRequest, most: number): DriftgateError {
  const { code } = thrown as { code?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new DriftgateError('GUARD_REQUEST_TOO_LARGE', { most }, { cause: thrown })
  }
  return toCoded(thrown, request.id)
}

/** Under /v2 as the protocol has errors, `error` a sentence; everywhere else a problem document. */
function answerError(error: DriftgateError, request: FastifyRequest, reply: FastifyReply) {
  const { status, retryable } = error.entry
  if (retryable) reply.header('retry-after', String(error.details['seconds'] ?? 1))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  const path = request.url.split('?')[0] ?? '/'
  const { guard, ...details } = error.details
  if (!path.startsWith('/v2')) {
    const problem = toProblem(new DriftgateError(error.code, details), path)
    return reply.status(status).type('application/problem+json').send(JSON.stringify(problem))
  }
  if (guard !== undefined) reply.header('x-driftgate-guard', 'refuse')
  return reply
    .status(status)
    .type('application/json')
    .send(
      JSON.stringify({
        ...{ error: `${error.code}: ${error.message}`, code: error.code, help: error.help },
        ...(guard !== undefined && { parameters: { guard } }),
      }),
    )
}
