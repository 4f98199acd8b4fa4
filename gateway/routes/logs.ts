import type { FastifyInstance } from 'fastify'
import { causesOf, countLetters, listDeadLetters } from '../../adapters/postgres/dead-letters.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { currentLabelReading, currentReading } from '../../adapters/postgres/readings.ts'
import { startRepair } from '../../adapters/temporal/messages.ts'
import { runState } from '../../adapters/temporal/run-state.ts'
import { modelParams } from '../../contracts/api.ts'
import {
  type DeadLettersAnswer,
  deadLettersQuery,
  type RepairAnswer,
  repairResultSchema,
} from '../../contracts/dead-letters.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type LedgerAnswer, ledgerQuery } from '../../contracts/ledger.ts'
import { workflowId } from '../../contracts/messages.ts'
import { appliedModel } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** How the logs of models were read: what was passed, what could not be read, and reading that again. */
export function logRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal } = deps
  const asking = askingTemporal(deps)

  app.get('/models/:model/ledger', async (request): Promise<LedgerAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at a ledger')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { slices, deep } = ledgerQuery.parse(request.query)
    const readings = await ledgerOf(db, model, slices, { deep })
    const proved = readings.every(({ faults }) => faults.length === 0)
    return { schema: 'driftgate-ledger/1', model, proved, readings }
  })

  app.get('/models/:model/dead-letters', async (request): Promise<DeadLettersAnswer> => {
    const person = await requirePerson(identity, request, 'viewer', 'look at dead letters')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { letters } = deadLettersQuery.parse(request.query)
    const reading = await currentReading(db, model)
    const logs = [reading, await currentLabelReading(db, model)].flatMap((read) =>
      read === null ? [] : [{ reading: read.id, topic: read.topic }],
    )
    const causes = await causesOf(db, logs)
    // Records may hold what a reader of verdicts must not see.
    const mayRead = person.roles.includes('operator')
    return {
      schema: 'driftgate-dead-letters/1',
      model,
      reading: reading?.id ?? null,
      ...(await countLetters(db, logs)),
      causes: mayRead
        ? causes
        : causes.map((cause) => ({ ...cause, example: { ...cause.example, bytes: null } })),
      letters: letters === 0 ? [] : await listDeadLetters(db, logs, letters),
    }
  })

  app.post('/models/:model/repair', async (request): Promise<RepairAnswer> => {
    const person = await requirePerson(identity, request, 'operator', 'repair a ledger')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const id = await asking(() => startRepair(temporal, model))
    request.log.info({ person: person.subject, model }, 'repair')
    return repairing(id)
  })

  app.get('/models/:model/repair', async (request): Promise<RepairAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at a repair')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const id = workflowId.repair(temporal.prefix, model)
    const found = await asking(() => runState(temporal, id, repairResultSchema))
    if (found === null) throw new DriftgateError('REPAIR_UNKNOWN', { model })
    return {
      ...repairing(id),
      state: found.state,
      result: found.state === 'done' ? found.result : null,
      reason:
        found.state === 'failed' ? found.reason : found.state === 'running' ? found.trouble : null,
    }
  })
}

const repairing = (workflowId: string): RepairAnswer => ({
  schema: 'driftgate-repair/1',
  workflowId,
  state: 'running',
  result: null,
  reason: null,
})
