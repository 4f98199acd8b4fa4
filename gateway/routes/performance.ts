import type { FastifyInstance } from 'fastify'
import { labelStandingOf } from '../../adapters/postgres/label-standing.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { modelParams } from '../../contracts/api.ts'
import { type PerformanceAnswer, performanceQuery } from '../../contracts/performance.ts'
import { appliedModel } from '../applied.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** How well models did, by the labels that came. */
export function performanceRoutes(app: FastifyInstance, { db, identity }: GatewayDeps): void {
  app.get('/models/:model/performance', async (request): Promise<PerformanceAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at performance')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { limit } = performanceQuery.parse(request.query)
    return {
      ...{ schema: 'driftgate-performances/1', model },
      labels: await labelStandingOf(db, model),
      windows: await listPerformances(db, model, limit),
    }
  })
}
