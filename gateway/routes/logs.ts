import type { FastifyInstance } from 'fastify'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { modelParams } from '../../contracts/api.ts'
import { type LedgerAnswer, ledgerQuery } from '../../contracts/ledger.ts'
import { appliedModel } from '../applied.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'

/** How the logs of models were read: what was passed, and what could not be read. */
export function logRoutes(app: FastifyInstance, { db, identity }: GatewayDeps): void {
  app.get('/models/:model/ledger', async (request): Promise<LedgerAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at a ledger')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { slices } = ledgerQuery.parse(request.query)
    const readings = await ledgerOf(db, model, slices)
    const proved = readings.every(({ faults }) => faults.length === 0)
    return { schema: 'driftgate-ledger/1', model, proved, readings }
  })
}
