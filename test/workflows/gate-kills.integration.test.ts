import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type GateWorkerInput, gateWorker } from '../support/gate-worker.ts'
import { gateWorkerProcess } from '../support/gate-worker-process.ts'
import { approver, gateWorld, until } from '../support/gate-world.ts'
import { persist, startTemporal } from '../support/local-temporal.ts'
import { targetNow } from '../support/table-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

test('a worker killed while an answer is being checked: the next one ends it, one decision, one move', async () => {
  const world = await gateWorld({ workerless: true })
  cleanUps.push(() => world.close())
  const first = await workerProcess({ ...world.workerInput, checkMs: 60_000 })
  await world.open()
  const asked = world.decide(await world.message())
  await until(async () => {
    const { rows } = await world.db.query('select 1 from used_tokens')
    return rows.length === 1
  })
  first.kill('SIGKILL')
  await once(first, 'exit')
  const second = await gateWorker(world.workerInput)
  cleanUps.push(() => second.stop())
  // The check is tried again once its time is over; nobody is asked twice meanwhile.
  assert.equal((await asked)?.outcome, 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
  assert.equal((await verifyChain(world.db)).links, 1)
})

test('Temporal killed while the gate is open: after its restart the same request is answered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'driftgate-temporal-'))
  cleanUps.push(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'temporal.db')
  let server = await startTemporal({ file })
  cleanUps.push(() => server.kill())
  const world = await gateWorld({ temporal: server.address })
  cleanUps.push(() => world.close())
  await world.open()
  const before = await world.message(approver)

  await server.kill()
  server = await startTemporal({ file, port: Number(server.address.split(':')[1]) })

  const outcome = await persist(() => world.decide(before, 'one-click'))
  assert.equal(outcome?.outcome, 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
  assert.equal((await verifyChain(world.db)).links, 1)
})

async function workerProcess(input: GateWorkerInput): Promise<ChildProcess> {
  const child = await gateWorkerProcess(input)
  cleanUps.push(async () => void child.kill('SIGKILL'))
  return child
}
