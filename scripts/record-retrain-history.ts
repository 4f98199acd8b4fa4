/**
 * Writes the history of a retraining whose candidate is undecided, and goes to the gate for people to answer, to
 * test/workflows/replay/retrain-2.json: `DRIFTGATE_SERVERS=FILE node scripts/record-retrain-history.ts`.
 */
import { scanResult, startScan } from '../adapters/temporal/messages.ts'
import { workflowId } from '../contracts/messages.ts'
import { gateWorld } from '../test/support/gate-world.ts'
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
  await record('retrain-2', workflowId.retrain(prefix, 'm', script.submitted[0]!))
} finally {
  await world.close()
}
