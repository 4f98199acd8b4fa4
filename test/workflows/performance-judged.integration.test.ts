import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { NativeConnection } from '@temporalio/worker'
import { scanActivities } from '../../activities/scan.ts'
import { stewardActivities } from '../../activities/steward.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { asActivities } from '../../adapters/temporal/as-activities.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { messageNames, workflowId, workflowNames } from '../../contracts/messages.ts'
import {
  type PerformanceMessage,
  performanceMessageSchema,
} from '../../contracts/performance-finding.ts'
import { until } from '../support/gate-world.ts'
import { guardedWorker } from '../support/guarded-worker.ts'
import { labelledWorld, labelOf } from '../support/labelled-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { day, hourMs, origin, scheduledAfter } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

const address = servers().temporal
const prefix = `judged-${randomBytes(4).toString('hex')}/`
const client = await connectClient({ address, namespace: 'default' })
const connection = await NativeConnection.connect({ address })
const world = await labelledWorld({ labels: { delay: '1h', minimumLabels: 50 } })
const common = { connection, namespace: 'default', shutdownGraceTime: '1s' }
const steward = stewardActivities({
  ...{ db: world.database.pool, client, clock: Date.now },
  settings: async () => (await world.deps.settings()).settings,
})
const workers = [
  await guardedWorker({
    ...common,
    taskQueue: `${prefix}orchestration`,
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    activities: asActivities(steward),
  }),
  await guardedWorker({
    ...common,
    taskQueue: `${prefix}scan`,
    activities: asActivities(scanActivities(world.deps)),
  }),
]
const running = workers.map((worker) => worker.run())
after(async () => {
  await client.workflow
    .getHandle(workflowId.steward(prefix, 'm'))
    .terminate('the test is over')
    .catch(() => {})
  for (const worker of workers) worker.shutdown()
  await Promise.all(running)
  await world.close()
  await connection.close()
  await client.connection.close()
})

const days = 11
const dayOf = (index: number, hours = 0) =>
  new Date(origin + (index * 24 + hours) * hourMs).toISOString()

/** What the history of the steward says that it was told of performance, in order. */
async function toldOfPerformance(): Promise<PerformanceMessage[]> {
  const { events } = await client.workflow.getHandle(workflowId.steward(prefix, 'm')).fetchHistory()
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    if (signal?.signalName !== messageNames.performanceJudged) return []
    const [payload] = signal.input?.payloads ?? []
    const text = Buffer.from(payload?.data ?? []).toString()
    return [performanceMessageSchema.parse(JSON.parse(text))]
  })
}

test('labels of a day whose rule changed come: its window is DRIFT, and the steward is told in order of time', async () => {
  for (let index = 0; index < days; index++) {
    await world.send(day(index, 300))
    const next = mulberry32(index + 5)
    const labels = day(index, 300).map(({ value }, i) => {
      const { id, score } = JSON.parse(value)
      const said = next() < score ? 1 : 0
      // On the last day the labels of half of the predictions are turned round.
      const label = index === days - 1 && i % 2 === 0 ? 1 - said : said
      return labelOf(id, dayOf(index + 1), label)
    })
    await world.sendLabels(labels)
  }
  await world.sendLabels([labelOf('later', dayOf(days, 2))])
  for (let index = 0; index < days; index++) {
    await client.workflow.execute(workflowNames.scan, {
      taskQueue: `${prefix}orchestration`,
      workflowId: workflowId.scan(prefix, 'm', scheduledAfter(index)),
      args: [{ model: 'm', prefix, scheduledAt: scheduledAfter(index) }],
    })
    // Where labels of the scan before are still being read, this one starts none.
    await client.workflow.getHandle(workflowId.labels(prefix, 'm')).result()
  }
  await until(async () => (await toldOfPerformance()).length === days)
  const told = await toldOfPerformance()
  assert.deepEqual(
    told.map(({ eventId }) => eventId),
    Array.from({ length: days }, (_, index) => `performance/m/labels/${dayOf(index)}`),
  )
  assert.deepEqual(
    told.map(({ verdict }) => verdict).filter((verdict) => verdict === 'DRIFT').length,
    1,
  )
  const [last] = await listPerformances(world.database.pool, 'm', 1)
  const { judgement, window, evidenceDigest } = last ?? {}
  assert.equal(judgement?.verdict, 'DRIFT', judgement?.headline)
  const { verdict, headline } = judgement ?? {}
  assert.deepEqual(told.at(-1), {
    ...{ eventId: `performance/m/labels/${dayOf(days - 1)}`, model: 'm', by: 'labels' },
    ...{ verdict, window, evidenceDigest, headline },
  })
})
