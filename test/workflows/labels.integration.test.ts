import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { NativeConnection } from '@temporalio/worker'
import { scanActivities } from '../../activities/scan.ts'
import type { Tidings } from '../../activities/steward.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { asActivities } from '../../adapters/temporal/as-activities.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import {
  messageNames,
  type ScanInput,
  workflowId,
  workflowNames,
} from '../../contracts/messages.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { until } from '../support/gate-world.ts'
import { guardedWorker } from '../support/guarded-worker.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import { day, scheduledAfter } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

const address = servers().temporal
const prefix = `labels-${randomBytes(4).toString('hex')}/`
const client = await connectClient({ address, namespace: 'default' })
const connection = await NativeConnection.connect({ address })
const world = await labelledWorld({ labels: { delay: '1h', minimumLabels: 50 } })
const common = { connection, namespace: 'default', shutdownGraceTime: '1s' }
const told: string[] = []
const workers = [
  await guardedWorker({
    ...common,
    taskQueue: `${prefix}orchestration`,
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    activities: asActivities({
      tellSteward: async ({
        signal,
        message,
      }: Tidings<'verdict-reached' | 'performance-judged'>) => {
        if (signal === messageNames.verdictReached) told.push(message.eventId)
      },
    }),
  }),
  await guardedWorker({
    ...common,
    taskQueue: `${prefix}scan`,
    activities: asActivities(scanActivities(world.deps)),
  }),
]
const running = workers.map((worker) => worker.run())
after(async () => {
  for (const worker of workers) worker.shutdown()
  await Promise.all(running)
  await world.close()
  await connection.close()
  await client.connection.close()
})

const scan = (index: number) => {
  const input: ScanInput = { model: 'm', prefix, scheduledAt: scheduledAfter(index) }
  return client.workflow.execute(workflowNames.scan, {
    taskQueue: `${prefix}orchestration`,
    workflowId: workflowId.scan(prefix, 'm', scheduledAfter(index)),
    args: [input],
  })
}

const measured = async (windows: number) => {
  await until(async () => (await listPerformances(world.database.pool, 'm', 9)).length === windows)
  await client.workflow.getHandle(workflowId.labels(prefix, 'm')).result()
  return listPerformances(world.database.pool, 'm', 9)
}

test('a scan reads the labels that came, and measures by them', async () => {
  await world.send([...day(0, 400), ...day(1, 400)])
  const late = new Date(Date.parse(scheduledAfter(0)) - 60_000).toISOString()
  await world.sendLabels(
    day(0, 400).map(({ value }, i) => labelOf(JSON.parse(value).id, late, i % 2)),
  )
  await scan(0)
  const [first] = await measured(1)
  assert.deepEqual([first?.state, first?.labelled], ['PROVISIONAL', 400])
  const later = new Date(Date.parse(late) + 7_200_000).toISOString()
  await world.sendLabels([labelOf('d1-0', later, 1)])
  await scan(1)
  const [second, settled] = await measured(2)
  assert.deepEqual([second?.state, second?.labelled], ['PROVISIONAL', 1])
  assert.deepEqual([settled?.state, settled?.labelled], ['FINAL', 400])
  assert.equal(told.length, 2)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('labels that cannot be read keep no scan waiting', async () => {
  const { log } = world.deps
  const offsets = log.offsets.bind(log)
  log.offsets = async (topic) => {
    if (topic === world.labelTopic) throw new Error('it is away')
    return offsets(topic)
  }
  try {
    await world.send(day(2, 400))
    await scan(2)
    assert.equal(told.length, 3)
    const { status } = await client.workflow.getHandle(workflowId.labels(prefix, 'm')).describe()
    assert.equal(status.name, 'RUNNING')
    await world.send(day(3, 400))
    await scan(3)
    assert.equal(told.length, 4)
  } finally {
    log.offsets = offsets
  }
  // It goes on by itself once they can be read.
  await measured(3)
})
