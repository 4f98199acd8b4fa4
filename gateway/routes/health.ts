import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { healthAnswer } from '../../contracts/api.ts'
import type { GatewayDeps } from '../deps.ts'
import { readiness } from '../readiness.ts'

/** For supervisors and Prometheus; says nothing that needs a sign-in. */
export function healthRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { metrics, settings } = deps
  const mustBeReady = readiness(deps)

  app.get('/healthz', async (): Promise<z.infer<typeof healthAnswer>> => {
    return { status: 'ok', environment: settings.environment }
  })

  app.get('/readyz', async (): Promise<z.infer<typeof healthAnswer>> => {
    await mustBeReady()
    return { status: 'ready', environment: settings.environment }
  })

  app.get('/metrics', async (_request, reply) => {
    await reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })

  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const labels = { method, route: routeOptions.url ?? 'none', status: reply.statusCode }
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000)
  })
}
