import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import { makeDrillSchedulesMatch } from '../../../adapters/temporal/drill-schedules.ts'
import { describeOrNull } from '../../../adapters/temporal/schedules.ts'
import { modelSettings } from '../../../contracts/config.ts'
import { drillWorkflowId } from '../../../contracts/drill.ts'
import { until } from '../../support/gate-world.ts'
import { servers } from '../../support/servers.ts'

const client = await connectClient({ address: servers().temporal, namespace: 'default' })
const prefix = `drills-${randomBytes(4).toString('hex')}/`
after(async () => {
  await match({})
  await client.connection.close()
})

const model = (drill?: { every: string }) =>
  modelSettings.parse({
    ...{ log: { topic: 't' }, labels: { topic: 'l' }, features: {}, drill },
    window: { length: '30d', bucket: '1d', anchor: '2018-10-30T18:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  })
const match = (models: Record<string, ReturnType<typeof model>>) =>
  makeDrillSchedulesMatch(client, {
    temporal: { address: servers().temporal, namespace: 'default', prefix },
    models,
  })
const found = (name: string) =>
  describeOrNull(client.schedule.getHandle(drillWorkflowId.schedule(prefix, name)))

test('only a model with drills has a schedule of them; it follows the settings, is paused by people only, and goes with them', async () => {
  await match({ a: model({ every: '1d' }), b: model(), c: model({ every: '1d' }) })
  const [first, other] = [await found('a'), await found('c')]
  assert.equal(first?.spec.intervals?.[0]?.every, 86_400_000)
  assert.notEqual(
    first?.spec.intervals?.[0]?.offset,
    other?.spec.intervals?.[0]?.offset,
    'not all models train at the same time',
  )
  assert.equal(first?.action.workflowType, 'drill')
  assert.equal(await found('b'), null)

  await client.schedule.getHandle(drillWorkflowId.schedule(prefix, 'a')).pause('by hand')
  await until(async () => {
    const listed: string[] = []
    for await (const { scheduleId } of client.schedule.list()) listed.push(scheduleId)
    return listed.filter((id) => id.startsWith(prefix)).length === 2
  })
  await match({ a: model({ every: '2d' }) })
  const changed = await found('a')
  assert.equal(changed?.spec.intervals?.[0]?.every, 2 * 86_400_000)
  assert.equal(changed?.state.paused, true)
  assert.equal(await found('c'), null)
})
