import type { FastifyInstance } from 'fastify'
import { listErasures } from '../../adapters/postgres/erasures.ts'
import { tracedLabels } from '../../adapters/postgres/traced-labels.ts'
import { tracedPredictions } from '../../adapters/postgres/traced-predictions.ts'
import { modelParams } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { predictionRate } from '../../contracts/label-settings.ts'
import { type TraceAnswer, traceQuery } from '../../contracts/trace.ts'
import { sha256, storedId } from '../../profiles/index.ts'
import { appliedModel } from '../applied.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** Single answers of models, where rows of them are kept. */
export function predictionRoutes(app: FastifyInstance, { db, identity }: GatewayDeps): void {
  app.get('/models/:model/predictions', async (request): Promise<TraceAnswer> => {
    await requirePerson(identity, request, 'viewer', 'trace a prediction')
    const { model } = modelParams.parse(request.params)
    const { labels } = await appliedModel(db, model)
    const { id: prediction } = traceQuery.parse(request.query)
    const rows = await tracedPredictions(db, model, storedId(prediction))
    if (rows.length === 0) {
      const [erased] = await listErasures(db, model, { digest: sha256(prediction) })
      const reason = erased
        ? `it was erased on ${erased.askedAt.slice(0, 10)}, by erasure ${erased.number}`
        : keptOf(predictionRate(labels))
      throw new DriftgateError('PREDICTION_UNKNOWN', { model, prediction, reason })
    }
    const said = await tracedLabels(db, model, storedId(prediction))
    return { schema: 'driftgate-trace/1', model, prediction, rows, labels: said }
  })
}

function keptOf(rate: number | null): string {
  if (rate === null) return 'the model has no labels, so no row is kept of any'
  if (rate === 1) return 'it was not read yet, or its time is over'
  return `of its ids ${Number((rate * 100).toPrecision(3))} % are kept, by their hash`
}
