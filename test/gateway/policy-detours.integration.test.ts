import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { policyWorld, type Written, withApproval } from '../support/policy-world.ts'

let world: Awaited<ReturnType<typeof policyWorld>>
const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z', reason: 'merger' }]
before(async () => {
  world = await policyWorld({ gate: { freeze } })
})
after(() => world?.close())

const without = ({ models, ...rest }: Written): Written => ({ ...rest, models: {} })
let kept: Written

test('a model that is taken out and applied anew is judged by what it was judged by', async () => {
  await world.apply((written) => {
    kept = written.models.m
    return without(written)
  })
  const { answer } = await world.apply((written) => ({
    ...written,
    models: { m: { ...kept, critical: false } },
  }))
  assert.equal(answer.gates[0].inForce, false)
  assert.equal((await world.inForce()).critical, true)
  const back = await world.apply((written) => ({ ...written, models: { m: kept } }))
  assert.deepEqual(back.answer.gates, [])
})

test('another name for what takes the same traffic is no way around, nor is a place that was left before', async () => {
  const loose = { ...kept, critical: false, registry: { name: 'm' } }
  const { answer } = await world.apply((written) => ({ ...written, models: { n: loose } }))
  const [gate] = answer.gates
  assert.deepEqual([gate.model, gate.inForce], ['n', false])
  assert.equal((await world.inForce('n')).critical, true)
  assert.equal((await world.opened(gate.pending.release)).model, 'n')

  await world.apply((written) => ({
    ...written,
    models: {
      m: { ...kept, registry: { name: 'elsewhere' } },
      o: { ...loose, registry: { alias: 'x' } },
    },
  }))
  // Of its own, somewhere else, nobody has asked people before.
  assert.equal((await world.inForce('o')).critical, false)
  const moved = await world.apply((written) => ({ ...written, models: { o: loose } }))
  assert.deepEqual([moved.answer.gates[0].model, moved.answer.gates[0].inForce], ['o', false])
  assert.equal((await world.inForce('o')).critical, true)
})

test('a freeze of every model that is taken out waits with the model at its gate', async () => {
  await world.apply((written) => ({ ...written, models: { m: kept } }))
  const { answer } = await world.apply((written) => ({ ...written, gate: { freeze: [] } }))
  assert.deepEqual(answer.gates[0].differences, [
    'from 2020-01-01T00:00:00Z to 2099-01-01T00:00:00Z is no freeze any more',
  ])
  const { release } = answer.gates[0].pending
  await world.opened(release)
  const { body } = await world.ask('viewer', `releases/${release}`)
  // The freeze in force holds what ends it, too.
  assert.equal(body.freeze.until, '2099-01-01T00:00:00.000Z')
  const split = await world.apply((written) => ({
    ...withApproval({ required: 2 })(written),
    ...{ gate: { freeze }, people: { ada: ['ada', 'ada-2'] } },
  }))
  assert.deepEqual(
    split.answer.gates.map(({ direction, inForce }: Written) => [direction, inForce]),
    [['tighter', true]],
  )
  const apart = await world.apply((written) => ({ ...written, people: {} }))
  assert.equal(apart.answer.gates[0].inForce, false)
  assert.deepEqual((await world.inForce()).people, { ada: ['ada', 'ada-2'] })
})
