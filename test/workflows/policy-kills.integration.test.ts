import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { takeTurn } from '../../adapters/postgres/advisory-lock.ts'
import { policyTurn } from '../../adapters/postgres/gate-policies.ts'
import { transaction } from '../../adapters/postgres/pool.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { type GateWorkerInput, gateWorker } from '../support/gate-worker.ts'
import { gateWorkerProcess } from '../support/gate-worker-process.ts'
import { until } from '../support/gate-world.ts'
import { policyWorld, withApproval } from '../support/policy-world.ts'
import { verifyChain } from '../support/verify-chain.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

test('a worker killed between the approval and the coming into force: the next one puts it in force, once', async () => {
  const world = await policyWorld({ workerless: true })
  cleanUps.push(() => world.close())
  const input = { ...world.gate.workerInput, publicKey: world.publicKey }
  const first = await workerProcess(input)
  await world.apply(withApproval({ required: 1 }))
  await world.opened('m/2')
  await world.say('approver', 'm/2')
  await transaction(world.db, async (client) => {
    // Whoever wants to put a policy in force waits here.
    await takeTurn(client, policyTurn)
    assert.equal((await world.say('other-approver', 'm/2')).outcome, 'APPROVED')
    await until(async () => {
      const { rows } = await world.db.query(
        `select from pg_locks where locktype = 'advisory' and not granted and database =
           (select oid from pg_database where datname = current_database())`,
      )
      return rows.length > 0
    })
    first.kill('SIGKILL')
    await once(first, 'exit')
  })
  assert.equal((await world.inForce()).approval.required, 2)
  const second = await gateWorker(input)
  cleanUps.push(() => second.stop())
  assert.equal((await world.ended('m/2')).state, 'promoted')
  assert.equal((await world.inForce()).approval.required, 1)
  const { rows } = await world.db.query('select from gate_policies where release is not null')
  assert.equal(rows.length, 1)
  await until(async () => (await findSteward(world.db, 'm'))?.policies.length === 0)
  assert.equal((await verifyChain(world.db)).links, 2)
})

async function workerProcess(input: GateWorkerInput): Promise<ChildProcess> {
  const child = await gateWorkerProcess(input)
  cleanUps.push(async () => void child.kill('SIGKILL'))
  return child
}
