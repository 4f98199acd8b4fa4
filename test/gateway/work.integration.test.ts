import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, Connection } from '@temporalio/client'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { reach } from '../../adapters/temporal/reach.ts'
import { describeSchedule } from '../../adapters/temporal/schedules.ts'
import { messageNames } from '../../contracts/messages.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld()
})
after(async () => {
  if (!world) return
  await world.ask('operator', 'config', put(await configWith({})))
  await world.close()
})

/** The configuration in force with other models. */
async function configWith(models: Record<string, unknown>): Promise<string> {
  const current = await currentConfigVersion(world.gate.db)
  return JSON.stringify({ ...JSON.parse(current!.text), models }, null, 2)
}

const model = (changes: object = {}) => ({
  log: { topic: 't' },
  features: { amount: { type: 'numeric' } },
  window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
  serving: { url: 'http://127.0.0.1:1' },
  ...changes,
})

const put = (text: string, changes: object = {}) => ({
  method: 'PUT' as const,
  body: { file: 'driftgate.yaml', text, paused: true, ...changes },
})

test('a dry run shows the difference and changes nothing', async () => {
  const text = await configWith({ m: model(), added: model({ owners: ['lending'] }) })
  const { status, body } = await world.ask('operator', 'config', put(text, { dryRun: true }))
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.changed, false)
  assert.deepEqual(body.schedules.created, ['m', 'added'])
  const added = body.differences.find(
    ({ path }: { path: string }) => path === 'models.added.owners',
  )
  assert.deepEqual(added, { path: 'models.added.owners', before: null, after: '["lending"]' })
  assert.equal((await world.ask('viewer', 'models/added')).body.code, 'MODEL_UNKNOWN')
})

test('applying stores a version and makes the schedules match; again it changes nothing', async () => {
  const { client, prefix } = world.gate.environment
  const text = await configWith({ m: model(), added: model() })
  const first = await world.ask('operator', 'config', put(text))
  assert.equal(first.body.changed, true)
  assert.equal((await describeSchedule(client, prefix, 'added'))?.state.paused, true)
  assert.equal((await world.ask('viewer', 'models/added')).body.model, 'added')

  const again = await world.ask('operator', 'config', put(text))
  assert.equal(again.body.changed, false)
  assert.equal(again.body.version, first.body.version)
  assert.deepEqual(again.body.differences, [])
  assert.deepEqual(again.body.schedules.unchanged, ['m', 'added'])

  await until(async () => {
    const { body } = await world.ask('operator', 'config', put(await configWith({ m: model() })))
    return (
      body.schedules.deleted.length > 0 ||
      (await describeSchedule(client, prefix, 'added')) === null
    )
  })
  const { body } = await world.ask('viewer', 'config')
  assert.equal(body.schema, 'driftgate-config/1')
})

test('a configuration that is wrong is answered with every problem at its place', async () => {
  const text = 'environment: Local\nkafak:\n  brokers: []\n'
  const { status, body } = await world.ask('operator', 'config', put(text))
  assert.equal(status, 400)
  assert.equal(body.code, 'CONFIG_INVALID')
  assert.ok(body.problems.length >= 3)
  const environment = body.problems.find(({ path }: { path: string }) => path === 'environment')
  assert.deepEqual([environment.line, environment.column], [1, 14])
})

test('a scan is started once per time, and can be followed; others are unknown', async () => {
  const at = '2024-02-01T00:00:00.000Z'
  const start = () => world.ask('operator', 'models/m/scan', { method: 'POST', body: { at } })
  const { body } = await start()
  assert.equal(body.state, 'running')
  assert.equal((await start()).body.workflowId, body.workflowId)
  const followed = await world.ask('viewer', `models/m/scans/${encodeURIComponent(body.scan)}`)
  assert.ok(['running', 'failed'].includes(followed.body.state), JSON.stringify(followed.body))
  const other = await world.ask('viewer', 'models/m/scans/never')
  assert.equal(other.body.code, 'SCAN_UNKNOWN')
  await world.gate.environment.client.workflow
    .getHandle(body.workflowId)
    .terminate()
    .catch(() => {})
})

test('asking for a retraining tells the steward who asked', async () => {
  const { status, body } = await world.ask('operator', 'models/m/retrain', {
    method: 'POST',
    body: { reason: 'new price list' },
  })
  assert.equal(status, 200)
  assert.match(body.eventId, /^retrain\/m\//)
  const { client, prefix } = world.gate.environment
  const steward = client.workflow.getHandle(`${prefix}model/m`)
  // While the steward works on what it was told before, as of an applied gate, the server holds signals back.
  const told = async () => {
    const { events } = await steward.fetchHistory()
    const signals = events?.map((event) => event.workflowExecutionSignaledEventAttributes)
    return signals?.find((sent) => sent?.signalName === messageNames.retrainRequested)
  }
  await until(async () => (await told()) !== undefined)
  const sent = (await told())?.input?.payloads?.[0]?.data
  const message = JSON.parse(Buffer.from(sent!).toString())
  assert.equal(message.person, 'operator')
  assert.equal(message.reason, 'new price list')
})

test('Temporal that does not answer is said to be so', async () => {
  const address = `127.0.0.1:${await freePort()}`
  const client = new Client({ connection: Connection.lazy({ address }) })
  await assert.rejects(
    reach(client, address, 2, () =>
      client.workflow.start('x', { taskQueue: 'x', workflowId: 'x' }),
    ),
    { code: 'TEMPORAL_UNREACHABLE' },
  )
  await client.connection.close()
})
