import type { FastifyInstance } from 'fastify'
import { lastBackfill } from '../../adapters/postgres/backfills.ts'
import { cancelWorkflow, startBackfill } from '../../adapters/temporal/messages.ts'
import { runState } from '../../adapters/temporal/run-state.ts'
import { modelParams } from '../../contracts/api.ts'
import { type BackfillAnswer, backfillPlan, backfillRequest } from '../../contracts/backfill.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { workflowId } from '../../contracts/messages.ts'
import { windowStartOf } from '../../policies/window.ts'
import { appliedModel } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** Reading older records into the reading in force: started and stopped by operators, looked at by everyone. */
export function backfillRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal } = deps
  const asking = askingTemporal(deps)

  const answerOn = async (model: string): Promise<BackfillAnswer> => {
    const id = workflowId.backfill(temporal.prefix, model)
    const found = await asking(() => runState(temporal, id, backfillPlan))
    if (found === null) throw new DriftgateError('BACKFILL_UNKNOWN', { model })
    const last = await lastBackfill(db, model)
    // One that has ended is another one than that which runs.
    const mine = last !== null && !(found.state === 'running' && last.ended)
    const answer = { schema: 'driftgate-backfill/1', model, workflowId: id } as const
    const progress = mine ? progressOf(last) : null
    if (found.state === 'done') return { ...answer, state: 'done', progress, reason: null }
    if (found.state === 'running')
      return { ...answer, state: 'running', progress, reason: found.trouble }
    const { cancelled, reason } = found
    return {
      ...answer,
      state: cancelled ? 'cancelled' : 'failed',
      progress,
      reason: cancelled ? null : reason,
    }
  }

  app.post('/models/:model/backfill', async (request): Promise<BackfillAnswer> => {
    const person = await requirePerson(identity, request, 'operator', 'backfill a reading')
    const { model } = modelParams.parse(request.params)
    const { window } = await appliedModel(db, model)
    const { since } = backfillRequest.parse(request.body)
    const last = await lastBackfill(db, model)
    const id = workflowId.backfill(temporal.prefix, model)
    const running = await asking(() => runState(temporal, id, backfillPlan))
    const isOther =
      last !== null && last.since.getTime() !== windowStartOf(window, Date.parse(since))
    if (running?.state === 'running' && isOther && !last.ended) {
      throw new DriftgateError('BACKFILL_RUNNING', { model, since: last.since.toISOString() })
    }
    await asking(() => startBackfill(temporal, model, since))
    request.log.info({ person: person.subject, model, since }, 'backfill')
    return answerOn(model)
  })

  app.get('/models/:model/backfill', async (request): Promise<BackfillAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at a backfill')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    return answerOn(model)
  })

  app.post('/models/:model/backfill/cancel', async (request): Promise<BackfillAnswer> => {
    const person = await requirePerson(identity, request, 'operator', 'stop a backfill')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const id = workflowId.backfill(temporal.prefix, model)
    const stopped = await asking(() => cancelWorkflow(temporal, id))
    if (stopped === null) throw new DriftgateError('BACKFILL_UNKNOWN', { model })
    request.log.info({ person: person.subject, model }, 'backfill stopped')
    return answerOn(model)
  })
}

function progressOf(
  state: NonNullable<Awaited<ReturnType<typeof lastBackfill>>>,
): NonNullable<BackfillAnswer['progress']> {
  const { ended: _, since, ...rest } = state
  return { ...rest, since: since.toISOString() }
}
