/**
 * Writes the history of a drill that passes to test/workflows/replay, on the real servers:
 * `DRIFTGATE_SERVERS=FILE node scripts/record-drill-history.ts`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { findDrill } from '../adapters/postgres/drills.ts'
import { drillWorld } from '../test/support/drill-world.ts'
import { record } from './recorded-history.ts'

const world = await drillWorld()
try {
  await world.gateway.ask('operator', `models/${world.model}/drills`, { method: 'POST' })
  for (;;) {
    const drill = await findDrill(world.db, `${world.model}/drill/1`)
    if (drill !== null && drill.state !== 'running') {
      await world.environment.client.workflow.getHandle(drill.workflowId).result()
      await record('drill', drill.workflowId)
      break
    }
    await sleep(200)
  }
} finally {
  await world.close()
}
