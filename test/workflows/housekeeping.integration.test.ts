import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { NativeConnection } from '@temporalio/worker'
import { scanActivities } from '../../activities/scan.ts'
import { lastHousekeeping } from '../../adapters/postgres/housekeepings.ts'
import { asActivities } from '../../adapters/temporal/as-activities.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { scheduleHousekeeping } from '../../adapters/temporal/schedules.ts'
import { workflowId } from '../../contracts/messages.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { until } from '../support/gate-world.ts'
import { guardedWorker } from '../support/guarded-worker.ts'
import { scanWorld } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

const address = servers().temporal
const prefix = `housekeeping-${randomBytes(4).toString('hex')}/`
const client = await connectClient({ address, namespace: 'default' })
const connection = await NativeConnection.connect({ address })
const world = await scanWorld()
const storage = storageSettings.parse({ every: '12h' })
const common = { connection, namespace: 'default', shutdownGraceTime: '1s' }
const workers = [
  await guardedWorker({
    ...common,
    taskQueue: `${prefix}orchestration`,
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
  }),
  await guardedWorker({
    ...common,
    taskQueue: `${prefix}scan`,
    activities: asActivities(
      scanActivities({
        ...world.deps,
        settings: async () => ({ id: 1, settings: { models: {}, storage } as never }),
      }),
    ),
  }),
]
const running = workers.map((worker) => worker.run())
after(async () => {
  await client.schedule.getHandle(workflowId.housekeeping(prefix)).delete()
  for (const worker of workers) worker.shutdown()
  await Promise.all(running)
  await world.close()
  await connection.close()
  await client.connection.close()
})

test('housekeeping runs by its schedule, which is made once', async () => {
  const settings = { temporal: { address, namespace: 'default', prefix }, storage }
  await scheduleHousekeeping(client, settings)
  await scheduleHousekeeping(client, settings)
  const handle = client.schedule.getHandle(workflowId.housekeeping(prefix))
  const { spec, policies } = await handle.describe()
  assert.deepEqual(
    [spec.intervals?.map(({ every }) => every), policies.overlap],
    [[43_200_000], 'SKIP'],
  )
  assert.equal(await lastHousekeeping(world.database.pool), null)
  await handle.trigger()
  await until(async () => (await lastHousekeeping(world.database.pool)) !== null)
  const none = { lifted: 0, merged: 0, into: 0, parts: 0, samples: 0 }
  const nothing = {
    ...none,
    deadLetters: 0,
    predictions: 0,
    labels: 0,
    countedDays: 0,
    ids: 0,
    chatAnswers: 0,
    performanceStates: 0,
    guardCounts: 0,
  }
  assert.deepEqual((await lastHousekeeping(world.database.pool))?.done, nothing)
})
