import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { decide, tellSteward } from '../../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../../adapters/temporal/search-attributes.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { approver, gateWorld, otherApprover, until } from '../support/gate-world.ts'
import { startTemporal } from '../support/local-temporal.ts'
import { newScript, type Script, verdictOf } from '../support/scripted-activities.ts'
import { targetNow } from '../support/table-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

test("Temporal's database is lost while a gate is open: the steward comes back from the record and asks anew", async () => {
  const first = await startTemporal()
  cleanUps.push(() => first.kill())
  const script: Script = { ...newScript(), labels: 100 }
  const world = await gateWorld({
    ...{ temporal: first.address, workerless: true, script },
    approval: { required: 2 },
  })
  cleanUps.push(() => world.close())
  const { db } = world
  const worker = await gateWorker(world.workerInput, script)
  for (const day of [1, 2]) {
    await tellSteward(world.environment, 'm', 'verdict-reached', verdictOf('m', day, 'DRIFT'))
  }
  await until(async () => (await findRelease(db, 'm/1')) !== null)
  assert.equal((await world.decide(await world.message()))?.outcome, 'ACCEPTED_PENDING_QUORUM')
  const asked = (await findRelease(db, 'm/1'))?.askedAt?.getTime() ?? 0
  await worker.stop()
  await first.kill()

  // Nothing of the first server is left; the second knows no workflow at all.
  const second = await startTemporal()
  cleanUps.push(() => second.kill())
  const client = await connectClient({ address: second.address, namespace: 'default' })
  cleanUps.push(() => client.connection.close())
  await registerSearchAttributes(client)
  const environment = { ...world.environment, client }
  const again = await gateWorker({ ...world.workerInput, temporal: second.address }, script)
  cleanUps.push(() => again.stop())
  await tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', 2, 'DRIFT'))
  await until(async () => ((await findRelease(db, 'm/1'))?.askedAt?.getTime() ?? 0) > asked)

  // What was given to the request before counts no more, so both have to answer.
  const answers = async (person: typeof approver, id: string) =>
    (await decide(environment, 'm/1', await world.message(person), id))?.outcome
  assert.equal(await answers(otherApprover, 'one'), 'ACCEPTED_PENDING_QUORUM')
  assert.equal(await answers(approver, 'two'), 'APPROVED')
  await until(async () => (await findSteward(db, 'm'))?.lastPromotion != null)
  assert.deepEqual(await targetNow(db), { version: '2', moves: 1 })
  assert.equal((await verifyChain(db)).links, 3)
})

test('a release that was decided when its history was lost is not asked anew: it moves', async () => {
  const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }]
  const world = await gateWorld({ approval: { freeze } })
  cleanUps.push(() => world.close())
  await world.open()
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  await until(async () => (await findRelease(world.db, 'm/1'))?.state === 'promoting')
  await world.handle.terminate('as after the loss of its history')
  await world.apply({ freeze: [] })
  await world.start()
  assert.equal((await world.result()).state, 'promoted')
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
  assert.equal((await verifyChain(world.db)).links, 1)
})
