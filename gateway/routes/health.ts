import type { FastifyInstance } from 'fastify'
import type { GatewayDeps } from '../deps.ts'

/** For supervisors and Prometheus; says nothing that needs a sign-in. */
export function healthRoutes(app: FastifyInstance, { metrics, settings }: GatewayDeps): void {
  app.get('/healthz', async () => ({ status: 'ok', environment: settings.environment }))

  app.get('/metrics', async (_request, reply) => {
    await reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })

  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const labels = { method, route: routeOptions.url ?? 'none', status: reply.statusCode }
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000)
  })
}
