import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { DriftgateError } from '../contracts/errors.ts'
import { chatDesk } from './chat/chat-desk.ts'
import { chatSockets } from './chat/chat-sockets.ts'
import { type Cookies, gatewayCookies } from './cookies.ts'
import type { GatewayDeps, GatewayWorld } from './deps.ts'
import { pageHeaders } from './pages/layout.ts'
import { problemPage } from './pages/problem-page.ts'
import { toCoded, toProblem } from './problem.ts'
import { gatewayLimits } from './rate-limit.ts'
import { absorbRoutes } from './routes/absorb.ts'
import { auditRoutes } from './routes/audit.ts'
import { backfillRoutes } from './routes/backfill.ts'
import { backtestRoutes } from './routes/backtest.ts'
import { chatRoutes } from './routes/chat.ts'
import { chatLinkRoutes } from './routes/chat-link.ts'
import { concernPageRoutes } from './routes/concern-page.ts'
import { concernRoutes } from './routes/concerns.ts'
import { configRoutes } from './routes/config.ts'
import { controllerRoutes } from './routes/controllers.ts'
import { delegationRoutes } from './routes/delegations.ts'
import { drillRoutes } from './routes/drills.ts'
import { erasureRoutes } from './routes/erasures.ts'
import { healthRoutes } from './routes/health.ts'
import { logRoutes } from './routes/logs.ts'
import { modelRoutes } from './routes/models.ts'
import { openapiRoutes } from './routes/openapi.ts'
import { performanceRoutes } from './routes/performance.ts'
import { personRoutes } from './routes/person.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { predictionRoutes } from './routes/predictions.ts'
import { recomputeRoutes } from './routes/recompute.ts'
import { referenceRoutes } from './routes/references.ts'
import { releasePageRoutes } from './routes/release-page.ts'
import { releaseRoutes } from './routes/releases.ts'
import { retrainingRoutes } from './routes/retraining.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { topicRoutes } from './routes/topics.ts'
import { tracePageRoutes } from './routes/trace-page.ts'
import { whyRoutes } from './routes/why.ts'
import { workRoutes } from './routes/work.ts'
import { afterRefusal, limitStrangers } from './strangers.ts'

/** The HTTP door: JSON under /v1 by bearer token, pages by session cookie. Does not listen yet. */
export function buildGateway(
  world: GatewayWorld,
  logger: FastifyServerOptions['logger'] = false,
): FastifyInstance {
  const deps: GatewayDeps = { ...world, limits: gatewayLimits(world.clock) }
  const { proxies } = deps.settings.gateway
  const app = Fastify({
    ...(logger ? { logger } : {}),
    bodyLimit: 1024 * 1024,
    trustProxy: proxies.length > 0 ? proxies : false,
    routerOptions: { maxParamLength: 300 },
  })
  const cookies = gatewayCookies(deps)
  app.setErrorHandler((thrown, request, reply) => {
    const error = afterRefusal(toCoded(thrown, request.id), request, deps.limits.strangers)
    request.log[error.entry.status >= 500 ? 'error' : 'info']({ err: thrown }, error.code)
    return answer(error, request, reply)
  })
  app.setNotFoundHandler((request, reply) =>
    answer(new DriftgateError('ROUTE_UNKNOWN', { path: request.url }), request, reply),
  )
  const answer = answerWith(deps, cookies)

  limitStrangers(app, deps.limits.strangers)
  healthRoutes(app, deps)
  app.register(
    async (api) => {
      openapiRoutes(api)
      personRoutes(api, deps)
      workRoutes(api, deps)
      retrainingRoutes(api, deps)
      concernRoutes(api, deps)
      releaseRoutes(api, deps)
      delegationRoutes(api, deps)
      auditRoutes(api, deps)
      configRoutes(api, deps)
      logRoutes(api, deps)
      performanceRoutes(api, deps)
      whyRoutes(api, deps)
      predictionRoutes(api, deps)
      erasureRoutes(api, deps)
      backfillRoutes(api, deps)
      absorbRoutes(api, deps)
      backtestRoutes(api, deps)
      recomputeRoutes(api, deps)
      drillRoutes(api, deps)
      topicRoutes(api, deps)
      referenceRoutes(api, deps)
      controllerRoutes(api, deps)
      await api.register(async (models) => modelRoutes(models, deps))
    },
    { prefix: '/v1' },
  )
  app.register(async (pages) => {
    await pages.register(cookie)
    await pages.register(formbody)
    signInRoutes(pages, deps, cookies)
    releasePageRoutes(pages, deps, cookies)
    concernPageRoutes(pages, deps, cookies)
    tracePageRoutes(pages, deps, cookies)
    chatLinkRoutes(pages, deps, cookies)
    pictureRoutes(pages, deps, cookies)
  })
  const desk = chatDesk(deps)
  const sockets = chatSockets(deps, desk)
  app.register(async (chat) => chatRoutes(chat, deps, desk))
  app.addHook('onListen', async () => {
    desk.start()
    sockets.start()
  })
  app.addHook('onClose', async () => {
    await sockets.close()
    await desk.close()
  })
  return app
}

/** A browser that asked for a page gets one, every other client a problem document. */
const answerWith =
  (deps: GatewayDeps, cookies: Cookies) =>
  async (error: DriftgateError, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { status } = error.entry
    if (error.entry.retryable) reply.header('retry-after', String(error.details['seconds'] ?? 5))
    if (status === 401) reply.header('www-authenticate', 'Bearer')
    const path = request.url.split('?')[0] ?? '/'
    if (path.startsWith('/v1/') || !request.headers.accept?.includes('text/html')) {
      return void (await reply
        .status(status)
        .type('application/problem+json')
        .send(JSON.stringify(toProblem(error, path))))
    }
    const session = request.cookies ? await cookies.session.get(request) : null
    const { environment } = deps.settings
    await reply
      .status(status)
      .headers(pageHeaders)
      .send(problemPage(error, { path, environment, session }))
  }
