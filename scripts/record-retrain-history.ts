/**
 * Writes the histories of retrainings to test/workflows/replay: of one whose candidate is undecided and goes to the gate
 * for people to answer (retrain-3), and of one that is cancelled while its job runs (retrain-4). retrain-2 is the first of
 * both, by workers that held a job's attempt open: `DRIFTGATE_SERVERS=FILE node scripts/record-retrain-history.ts`.
 */
import { scanResult, startScan } from '../adapters/temporal/messages.ts'
import { workflowId } from '../contracts/messages.ts'
import { gateWorld, until } from '../test/support/gate-world.ts'
import { dueAfter, newScript, type Script } from '../test/support/scripted-activities.ts'
import { record } from './recorded-history.ts'

const script: Script = {
  ...newScript(),
  ...{ verdicts: { 5: 'DRIFT', 6: 'DRIFT' }, labels: 100, passes: 'person' },
}
const prefix = `recorded-${process.pid}/`
const world = await gateWorld({ script, prefix, critical: false })
try {
  for (const day of [5, 6]) {
    await scanResult(world.environment, await startScan(world.environment, 'm', dueAfter(day)))
  }
  await world.opened()
  await record('retrain-3', workflowId.retrain(prefix, 'm', script.submitted[0]!))
} finally {
  await world.close()
}

const stuck: Script = {
  ...newScript(),
  ...{ verdicts: { 5: 'DRIFT', 6: 'DRIFT' }, labels: 100, training: 'running' },
}
const stopped = `recorded-stopped-${process.pid}/`
const other = await gateWorld({ script: stuck, prefix: stopped, critical: false })
try {
  const { environment } = other
  for (const day of [5, 6])
    await scanResult(environment, await startScan(environment, 'm', dueAfter(day)))
  await until(async () => stuck.submitted[0] !== undefined)
  const id = workflowId.retrain(stopped, 'm', stuck.submitted[0]!)
  const handle = environment.client.workflow.getHandle(id)
  await until(async () => {
    const { raw } = await handle.describe()
    return (raw.pendingActivities?.[0]?.attempt ?? 0) > 2
  })
  await handle.cancel()
  await handle.result()
  await record('retrain-4', id)
} finally {
  await other.close()
}
