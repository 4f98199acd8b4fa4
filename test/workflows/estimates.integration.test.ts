import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { NativeConnection } from '@temporalio/worker'
import { scanActivities } from '../../activities/scan.ts'
import { listEstimates } from '../../adapters/postgres/estimates.ts'
import { listPerformances } from '../../adapters/postgres/performances.ts'
import { asActivities } from '../../adapters/temporal/as-activities.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import {
  messageNames,
  type ScanInput,
  workflowId,
  workflowNames,
} from '../../contracts/messages.ts'
import {
  type PerformanceMessage,
  performanceMessageSchema,
} from '../../contracts/performance-finding.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { dayOf, fraudDay } from '../support/fraud-days.ts'
import { until } from '../support/gate-world.ts'
import { guardedWorker } from '../support/guarded-worker.ts'
import { labelledWorld } from '../support/labelled-world.ts'
import { scheduledAfter } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

const address = servers().temporal
const prefix = `estimates-${randomBytes(4).toString('hex')}/`
const client = await connectClient({ address, namespace: 'default' })
const connection = await NativeConnection.connect({ address })
const world = await labelledWorld({
  labels: { delay: '1h', performance: { learn: { labels: 400 } } },
})
const db = world.database.pool
const common = { connection, namespace: 'default', shutdownGraceTime: '1s' }
const verdicts: string[] = []
const judged: PerformanceMessage[] = []
const workers = [
  await guardedWorker({
    ...common,
    taskQueue: `${prefix}orchestration`,
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    activities: asActivities({
      tellSteward: async ({
        signal,
        message,
      }: {
        signal: string
        message: { eventId: string }
      }) => {
        if (signal !== messageNames.performanceJudged) {
          verdicts.push(message.eventId)
          return
        }
        const told = performanceMessageSchema.parse(message)
        // What labels say of their windows comes beside it.
        if (told.by === 'estimate') judged.push(told)
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

const idOf = (index: number) => workflowId.scan(prefix, 'm', scheduledAfter(index))

async function scan(index: number): Promise<void> {
  const input: ScanInput = { model: 'm', prefix, scheduledAt: scheduledAfter(index) }
  await client.workflow.execute(workflowNames.scan, {
    ...{ taskQueue: `${prefix}orchestration`, workflowId: idOf(index), args: [input] },
  })
  await client.workflow.getHandle(workflowId.estimates(prefix, 'm')).result()
}

/** A day and its labels, scanned and measured. */
async function live(index: number): Promise<void> {
  const { messages, labels } = fraudDay(index, 400)
  await world.send(messages)
  await world.sendLabels(labels)
  await scan(index)
  await client.workflow.getHandle(workflowId.labels(prefix, 'm')).result()
}

test('every scan estimates before the labels, and the steward is told once there is something to say', async () => {
  for (const index of [0, 1, 2]) await live(index)
  assert.deepEqual([verdicts.length, judged.length], [3, 0])
  const final = (await listPerformances(db, 'm', 9)).filter(({ state }) => state === 'FINAL')
  assert.equal(final.length, 2)
  await live(3)
  // The day before may be final meanwhile, by the labels that came with this one.
  const message = judged.at(-1)
  assert.ok(judged.length <= 2)
  assert.equal(message?.eventId, `performance/m/estimate/${dayOf(3)}`)
  assert.deepEqual([message?.by, message?.verdict], ['estimate', 'NO_DRIFT'])
  const estimates = await listEstimates(db, 'm', 9)
  assert.deepEqual(
    estimates.map(({ parts }) => parts[0]?.state),
    ['ESTIMATED', 'ESTIMATED', 'REFERENCE', 'REFERENCE'],
  )
})

test('labels that are away keep no estimate waiting', async () => {
  const { log } = world.deps
  const offsets = log.offsets.bind(log)
  log.offsets = async (topic) => {
    if (topic === world.labelTopic) throw new Error('it is away')
    return offsets(topic)
  }
  try {
    await world.send(fraudDay(4, 400).messages)
    await scan(4)
    const [newest] = await listEstimates(db, 'm', 1)
    assert.equal(newest?.window.start, dayOf(4))
    assert.equal(newest.parts[0]?.state, 'ESTIMATED')
    assert.equal(judged.at(-1)?.eventId, `performance/m/estimate/${dayOf(4)}`)
  } finally {
    log.offsets = offsets
  }
  await until(async () => (await listPerformances(db, 'm', 9)).length === 5)
  assert.deepEqual(await brokenInvariants(db), [])
})
