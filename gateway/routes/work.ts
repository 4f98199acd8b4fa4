import type { FastifyInstance } from 'fastify'
import { startScan } from '../../adapters/temporal/messages.ts'
import { runState } from '../../adapters/temporal/run-state.ts'
import {
  modelParams,
  retrainBody,
  type ScanAnswer,
  scanParams,
  scanRequest,
} from '../../contracts/api.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { verdictMessageSchema, workflowId } from '../../contracts/messages.ts'
import { appliedModel } from '../applied.ts'
import { askingTemporal } from '../ask-temporal.ts'
import { askRetraining } from '../ask-work.ts'
import type { GatewayDeps } from '../deps.ts'
import { personOf, requirePerson } from '../people.ts'

/** What operators start: scans and retrainings. */
export function workRoutes(app: FastifyInstance, deps: GatewayDeps): void {
  const { db, identity, temporal } = deps
  const asking = askingTemporal(deps)

  app.post('/models/:model/scan', async (request): Promise<ScanAnswer> => {
    await requirePerson(identity, request, 'operator', 'start a scan')
    const { model } = modelParams.parse(request.params)
    await appliedModel(db, model)
    const { at } = scanRequest.parse(request.body ?? {})
    const scan = new Date(at ?? deps.clock()).toISOString()
    const id = await asking(() => startScan(temporal, model, scan))
    return { ...running(scan, id) }
  })

  app.get('/models/:model/scans/:scan', async (request): Promise<ScanAnswer> => {
    await requirePerson(identity, request, 'viewer', 'look at a scan')
    const { model, scan } = scanParams.parse(request.params)
    const id = workflowId.scan(temporal.prefix, model, scan)
    const found = await asking(() => runState(temporal, id, verdictMessageSchema))
    if (found === null) throw new DriftgateError('SCAN_UNKNOWN', { model, scan })
    return {
      ...running(scan, id),
      state: found.state,
      verdictId: found.state === 'done' ? found.result.window.start : null,
      reason:
        found.state === 'failed' ? found.reason : found.state === 'running' ? found.trouble : null,
    }
  })

  app.post('/models/:model/retrain', async (request) => {
    const person = await personOf(identity, request)
    const { model } = modelParams.parse(request.params)
    const eventId = await askRetraining(deps, person, model, retrainBody.parse(request.body))
    return { schema: 'driftgate-retrain/1', model, eventId }
  })
}

const running = (scan: string, id: string): ScanAnswer => ({
  schema: 'driftgate-scan/1',
  scan,
  workflowId: id,
  state: 'running',
  verdictId: null,
  reason: null,
})
