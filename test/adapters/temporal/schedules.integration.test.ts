import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import {
  backfillWindow,
  describeSchedule,
  makeSchedulesMatch,
} from '../../../adapters/temporal/schedules.ts'
import { registerSearchAttributes } from '../../../adapters/temporal/search-attributes.ts'
import { type ModelSettings, modelSettings } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { until } from '../../support/gate-world.ts'
import { servers } from '../../support/servers.ts'

const client = await connectClient({ address: servers().temporal, namespace: 'default' })
const prefix = `schedules-${randomBytes(4).toString('hex')}/`
const none = { created: [], updated: [], deleted: [], unchanged: [] }
after(async () => {
  await makeSchedulesMatch(client, settings({}))
  await client.connection.close()
})

const settings = (models: Record<string, ModelSettings>) => ({
  temporal: { address: servers().temporal, namespace: 'default', prefix },
  models,
})

const model = (lateness: string): ModelSettings =>
  modelSettings.parse({
    log: { topic: 't' },
    features: {},
    window: { length: '30d', bucket: '1d', anchor: '2018-10-30T18:00:00Z', lateness },
    serving: { url: 'http://127.0.0.1:1' },
  })

test('schedules become those of the settings; said twice it changes nothing', async () => {
  const wanted = settings({ a: model('1h'), b: model('0s') })
  assert.deepEqual(await makeSchedulesMatch(client, wanted, { dryRun: true }), {
    ...none,
    created: ['a', 'b'],
  })
  assert.equal(await describeSchedule(client, prefix, 'a'), null)
  const options = { paused: true }
  assert.deepEqual(await makeSchedulesMatch(client, wanted, options), {
    ...none,
    created: ['a', 'b'],
  })
  assert.deepEqual(await makeSchedulesMatch(client, wanted, options), {
    ...none,
    unchanged: ['a', 'b'],
  })
})

test('a changed model is updated and stays paused, one that is gone loses its schedule', async () => {
  await until(async () => {
    let listed = 0
    for await (const { scheduleId } of client.schedule.list()) {
      if (scheduleId.startsWith(prefix)) listed++
    }
    return listed === 2
  })
  const difference = await makeSchedulesMatch(client, settings({ a: model('2h') }))
  assert.deepEqual(difference, { ...none, updated: ['a'], deleted: ['b'] })
  assert.equal((await describeSchedule(client, prefix, 'a'))?.state.paused, true)
  assert.equal(await describeSchedule(client, prefix, 'b'), null)
})

test('a backfill runs exactly the scan of one window, with its nominal time', async () => {
  const anchor = Date.parse('2018-10-30T18:00:00Z')
  const end = anchor + 30 * 86_400_000
  await backfillWindow(client, prefix, 'a', model('2h'), end)
  await until(async () => {
    const info = (await describeSchedule(client, prefix, 'a'))?.info
    return (info?.numActionsTaken ?? 0) > 0
  })
  const info = (await describeSchedule(client, prefix, 'a'))?.info
  assert.equal(info?.numActionsTaken, 1)
  const started = info?.recentActions[0]
  assert.deepEqual(started?.scheduledAt, new Date(end + 7_200_000))
  const id = started?.action.type === 'startWorkflow' ? started.action.workflow.workflowId : ''
  const description = await client.workflow.getHandle(id).describe()
  const [nominal] = description.searchAttributes['TemporalScheduledStartTime'] ?? []
  assert.deepEqual(nominal, new Date(end + 7_200_000))
  await client.workflow.getHandle(id).terminate('the test is over')
})

test('search attributes are registered once, by however many workers at once', async () => {
  await Promise.all([registerSearchAttributes(client), registerSearchAttributes(client)])
  await registerSearchAttributes(client)
})

test('a server that does not answer is named after patience ends', async () => {
  const said: string[] = []
  await assert.rejects(
    connectClient(
      { address: '127.0.0.1:1', namespace: 'default' },
      { forMs: 4_000, onRetry: (error) => said.push(error.code) },
    ),
    (error) => error instanceof DriftgateError && error.code === 'TEMPORAL_UNREACHABLE',
  )
  assert.deepEqual(said, ['TEMPORAL_UNREACHABLE'])
})
