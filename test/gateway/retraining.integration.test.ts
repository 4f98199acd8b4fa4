import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { currentConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { tellSteward } from '../../adapters/temporal/messages.ts'
import { workflowId } from '../../contracts/messages.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { newScript, type Script, verdictOf } from '../support/scripted-activities.ts'

const models = ['m', 'n', 'o']
const script: Script = { ...newScript(), labels: 1_000, training: 'failed' }
let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ script })
})
after(async () => {
  const { client, prefix } = world.gate.environment
  for (const model of models) {
    const steward = client.workflow.getHandle(workflowId.steward(prefix, model))
    await steward.terminate('the test is over').catch(() => {})
  }
  await world.close()
})

const drifted = (day: number) =>
  Promise.all(
    models.map((model) =>
      tellSteward(world.gate.environment, model, 'verdict-reached', verdictOf(model, day, 'DRIFT')),
    ),
  )
const states = () => Promise.all(models.map((model) => findSteward(world.gate.db, model)))
const retraining = async () => (await world.ask('viewer', 'retraining')).body
const release = (person: string, body: object) =>
  world.ask(person, 'retraining/release', { method: 'POST', body })

test('models that breach at once are held, until a person releases them into one budget', async () => {
  const current = await currentConfigVersion(world.gate.db)
  const settings = JSON.parse(current!.text)
  const m = { ...settings.models.m, labels: { topic: 'labels' } }
  const text = JSON.stringify({
    ...settings,
    models: {
      m: { ...m, retraining: { ...m.retraining, priority: 1 }, onCall: 'rota' },
      n: m,
      o: m,
    },
    retraining: { budget: { runs: 1, per: '30d' }, storm: { models: 3, settle: '1s' } },
  })
  const applied = await world.ask('operator', 'config', {
    method: 'PUT',
    body: { file: 'driftgate.yaml', text, paused: true },
  })
  assert.equal(applied.status, 200, JSON.stringify(applied.body))

  assert.equal((await release('operator', { reason: 'too early' })).body.code, 'STORM_NONE')
  await drifted(1)
  await until(async () => (await states()).every((state) => state?.drift?.state === 'open'))
  await drifted(2)
  await until(async () => (await states()).every((state) => state?.wanted?.parked?.by === 'storm'))
  const held = await retraining()
  assert.deepEqual(held.storm.models, models)
  assert.equal(held.storm.stillBad, 3)
  assert.deepEqual(held.budget.runs, { spent: 0, of: 1 })
  assert.equal(held.waiting.length, 3)
  assert.deepEqual(script.submitted, [])
  const { body } = await world.ask('viewer', 'models/m/notices')
  assert.equal(body.notices[0].cause, 'STORM')
  assert.match(body.notices[0].headline, /^suspect upstream: 3 (of 3 )?models breached/)
  const view = (await world.ask('viewer', 'models/m')).body
  assert.match(view.wish.waits, /^suspect upstream/)
  assert.equal(view.onCall, 'rota')

  assert.equal((await release('viewer', { reason: 'looks fine' })).status, 403)
  assert.equal((await release('operator', {})).status, 400)
  const released = await release('operator', { reason: 'prices did change' })
  assert.deepEqual(released.body.released.sort(), models)
  // One run is there for three models: the others wait for the month to pass, and say so.
  await until(async () => {
    const { budget, waiting } = await retraining()
    const spent = waiting.filter(
      ({ waitsFor }: { waitsFor: string }) => waitsFor === 'fleet-budget',
    )
    return budget.runs.spent === 1 && spent.length === 2 && waiting.length === 2
  })
  await until(async () => (await states()).filter((state) => state?.lastEndedAt).length === 1)
  const after = await retraining()
  assert.equal(after.storm, null)
  assert.equal(script.submitted.length, 1)
  for (const { waitsFor, reason, until: end } of after.waiting) {
    assert.equal(waitsFor, 'fleet-budget')
    assert.match(reason, /1 of 1 runs in 4w2d\); the next may start at/)
    assert.ok(Date.parse(end) > Date.now() + 29 * 86_400_000)
  }
  const notices = (await world.ask('viewer', 'models/m/notices')).body.notices
  const storm = notices.find(({ cause }: { cause: string }) => cause === 'STORM')
  assert.equal(storm.state, 'resolved')
  assert.equal((await release('operator', { reason: 'again' })).body.code, 'STORM_NONE')

  const waits = after.waiting[0].model
  const { decisions } = (await world.ask('viewer', `models/${waits}/retrainings`)).body
  const said = decisions.map(({ sentence }: { sentence: string }) =>
    String(sentence.split(/[:(]/)[0]).trim(),
  )
  assert.deepEqual(
    [said[0], said.find((each: string) => each === 'suspect upstream')],
    ['the retraining budget of all models is spent', 'suspect upstream'],
  )
  assert.equal(said.at(-1), 'watched')
})
