import type { FastifyInstance } from 'fastify'
import { listErasures } from '../../adapters/postgres/erasures.ts'
import { topicsOfModel } from '../../adapters/postgres/readings.ts'
import { startErase } from '../../adapters/temporal/messages.ts'
import { runState } from '../../adapters/temporal/run-state.ts'
import { modelParams } from '../../contracts/api.ts'
import {
  type ErasureAnswer,
  type ErasuresAnswer,
  erasedResult,
  erasureParams,
  erasureRequest,
} from '../../contracts/erasure.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { workflowId } from '../../contracts/messages.ts'
import { spellingsOf } from '../../profiles/index.ts'
import { appliedModel } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import type { GatewayDeps } from '../deps.ts'
import { beginErasure, erasable } from '../erase-prediction.ts'
import { requirePerson } from '../people.ts'

/** Single predictions that are erased from what is kept. Ids come in bodies alone: addresses are logged. */
export function erasureRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal } = deps
  const asking = askingTemporal(deps)

  app.get('/models/:model/erasures', async (request): Promise<ErasuresAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at erasures')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    return {
      schema: 'driftgate-erasures/1',
      ...{ model, erasures: await listErasures(db, model) },
    }
  })

  app.post('/models/:model/erasures', async (request): Promise<ErasureAnswer> => {
    const person = await requirePerson(identity, request, 'eraser', 'erase a prediction')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { prediction: id, reason, dryRun } = erasureRequest.parse(request.body)
    const topics = await topicsOfModel(db, model)
    if (dryRun) {
      const removed = await erasable(db, model, id)
      const nothing = { erasure: null, reason: null }
      return { schema: 'driftgate-erasure/1', model, state: 'dry run', removed, topics, ...nothing }
    }
    if (spellingsOf(id).some((spelling) => reason.includes(spelling))) {
      throw new DriftgateError('ERASURE_REASON', {})
    }
    const number = await beginErasure(db, {
      ...{ model, id, reason, person: person.subject, name: person.name },
      at: new Date(deps.clock()),
    })
    await asking(() => startErase(temporal, model, number))
    request.log.info({ person: person.subject, model, erasure: number }, 'erase')
    return answerOf(model, number)
  })

  app.get('/models/:model/erasures/:number', async (request): Promise<ErasureAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at an erasure')
    const { model, number } = erasureParams.parse(request.params)
    await appliedModel(db, model)
    return answerOf(model, number)
  })

  /** The record says what is done; of what is not, the run says why. */
  async function answerOf(model: string, number: number): Promise<ErasureAnswer> {
    const [erasure] = await listErasures(db, model, { number })
    if (erasure === undefined) throw new DriftgateError('ERASURE_UNKNOWN', { model, number })
    const { removed, endedAt } = erasure
    const topics = await topicsOfModel(db, model)
    const told = { schema: 'driftgate-erasure/1' as const, model, erasure, removed, topics }
    if (endedAt !== null) return { ...told, state: 'done', reason: null }
    const id = workflowId.erase(temporal.prefix, model, number)
    const run = await asking(() => runState(temporal, id, erasedResult))
    if (run?.state === 'failed') return { ...told, state: 'failed', reason: run.reason }
    return { ...told, state: 'running', reason: run?.state === 'running' ? run.trouble : null }
  }
}
