/**
 * Writes the histories of what looks after stored rows to test/workflows/replay/: an erasure, verdicts judged
 * again, and a round of housekeeping that failed once:
 * `DRIFTGATE_SERVERS=FILE node scripts/record-upkeep-histories.ts`, as record-histories.ts does for the rest.
 */
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import { advanceLedger } from '../activities/advance-ledger.ts'
import { judgeWindow } from '../activities/judge-window.ts'
import { planScan } from '../activities/scan-plan.ts'
import { connectClient } from '../adapters/temporal/connect.ts'
import { resultOf, startErase, startRecompute } from '../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../adapters/temporal/search-attributes.ts'
import { workflowId, workflowNames } from '../contracts/messages.ts'
import { storageSettings } from '../contracts/storage.ts'
import { beginErasure } from '../gateway/erase-prediction.ts'
import { scanWorker } from '../test/support/scan-worker.ts'
import { day, scanWorld, scheduledAfter } from '../test/support/scan-world.ts'
import { servers } from '../test/support/servers.ts'
import { record } from './recorded-history.ts'

const address = servers().temporal
const prefix = `recorded-${process.pid}/`
const world = await scanWorld()
const { pool } = world.database
const client = await connectClient({ address, namespace: 'default' })
await registerSearchAttributes(client)
const connection = await NativeConnection.connect({ address })
const orchestration = await Worker.create({
  ...{ connection, namespace: 'default', taskQueue: `${prefix}orchestration` },
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
})
const running = orchestration.run()
const environment = { client, prefix }

const rows = day(0, 300)
await world.send(rows)
const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
for (const { partition, cut } of plan.partitions) {
  await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
}
await judgeWindow(world.deps, plan)

const { id } = JSON.parse(rows[0]?.value ?? '')
const asked = { model: 'm', id, person: 'p', name: 'Person', reason: 'request 12', at: new Date() }
const erase = await startErase(environment, 'm', await beginErasure(pool, asked))
const storage = storageSettings.parse({})
const stop = await scanWorker(prefix, {
  ...world.deps,
  settings: async () => ({ id: 1, settings: { models: { m: world.model }, storage } as never }),
})
await resultOf(environment, erase)
await record('erase', erase)

const recompute = await startRecompute(environment, 'm', { from: null, to: null })
await resultOf(environment, recompute)
await record('recompute', recompute)

const house = workflowId.housekeeping(prefix)
await pool.query('alter table guards rename to away')
await client.workflow.start(workflowNames.housekeeping, {
  ...{ workflowId: house, taskQueue: `${prefix}orchestration`, args: [{ prefix }] },
})
for (let tries = 1; tries < 2; ) {
  await setTimeout(100)
  const { raw } = await client.workflow.getHandle(house).describe()
  tries = raw.pendingActivities?.[0]?.attempt ?? 1
}
await pool.query('alter table away rename to guards')
await resultOf(environment, house)
await record('housekeeping', house)

await stop()
orchestration.shutdown()
await running
await connection.close()
await client.connection.close()
await world.close()
