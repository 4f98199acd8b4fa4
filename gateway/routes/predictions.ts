import type { FastifyInstance } from 'fastify'
import { modelParams } from '../../contracts/api.ts'
import { type TraceAnswer, traceQuery } from '../../contracts/trace.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'
import { traceOf } from '../traced.ts'

/** Single answers of models, where rows of them are kept. */
export function predictionRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  app.get('/models/:model/predictions', async (request): Promise<TraceAnswer> => {
    const person = await requirePerson(deps.identity, request, 'viewer', 'trace a prediction')
    const { model } = modelParams.parse(request.params)
    const { id: prediction } = traceQuery.parse(request.query)
    return traceOf(deps, person, { model, prediction })
  })
}
