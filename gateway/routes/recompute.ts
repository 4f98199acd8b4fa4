import type { FastifyInstance } from 'fastify'
import { startRecompute } from '../../adapters/temporal/messages.ts'
import { runState } from '../../adapters/temporal/run-state.ts'
import { modelParams } from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { workflowId } from '../../contracts/messages.ts'
import {
  type RecomputeAnswer,
  recomputeRequest,
  recomputeResult,
} from '../../contracts/recompute.ts'
import { appliedModel } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** Verdicts judged again from their evidence, some at a time: started by operators, since workers do the work. */
export function recomputeRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal } = deps
  const asking = askingTemporal(deps)

  app.post('/models/:model/recompute', async (request): Promise<RecomputeAnswer> => {
    await requirePerson(identity, request, 'operator', 'judge verdicts again')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const range = recomputeRequest.parse(request.body ?? {})
    const id = await asking(() => startRecompute(temporal, model, range))
    return running(model, id)
  })

  app.get('/models/:model/recompute', async (request): Promise<RecomputeAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at verdicts that are judged again')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const range = recomputeRequest.parse(request.query)
    const id = workflowId.recompute(temporal.prefix, model, range)
    const found = await asking(() => runState(temporal, id, recomputeResult))
    if (found === null) throw new DriftgateError('RECOMPUTE_UNKNOWN', { model })
    return {
      ...running(model, id),
      state: found.state,
      result: found.state === 'done' ? found.result : null,
      reason:
        found.state === 'failed' ? found.reason : found.state === 'running' ? found.trouble : null,
    }
  })
}

const running = (model: string, workflowId: string): RecomputeAnswer => ({
  schema: 'driftgate-recompute/1',
  ...{ model, workflowId },
  state: 'running',
  result: null,
  reason: null,
})
