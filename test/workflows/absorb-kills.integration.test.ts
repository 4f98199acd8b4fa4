import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'

import { listReferences } from '../../adapters/postgres/references.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { absorbWorld } from '../support/absorb-world.ts'
import { type GateWorkerInput, gateWorker } from '../support/gate-worker.ts'
import { gateWorkerProcess } from '../support/gate-worker-process.ts'
import { until } from '../support/gate-world.ts'
import { verifyChain } from '../support/verify-chain.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

test('workers killed while a proposal waits and while an answer is checked: it is in force once', async () => {
  const world = await absorbWorld({ gateless: true })
  cleanUps.push(() => world.close())
  const { db } = world
  const first = await workerProcess(world.workerInput)
  for (const index of [0, 1]) await world.scanDay(index, 1)
  const since = '2001-01-01T00:00:00Z'
  const asked = await world.cli('operator', 'absorb', 'm', '--since', since, '--reason', 'season')
  assert.equal(asked.status, 8, asked.err)
  const approve = ['approve', 'm/1', '--reason', 'seen']
  assert.equal((await world.cli('approver', ...approve)).status, 8)
  await killed(first)

  const slow = await workerProcess({ ...world.workerInput, checkMs: 60_000 })
  const answer = world.cli('other-approver', ...approve)
  await until(async () => {
    const { rows } = await db.query('select 1 from used_tokens')
    return rows.length === 2
  })
  await killed(slow)
  const last = await gateWorker(world.workerInput)
  cleanUps.push(() => last.stop())
  await answer
  await until(async () => (await findRelease(db, 'm/1'))?.state === 'promoted')
  await until(async () => (await findSteward(db, 'm'))?.drift?.resolvedBy === 'absorbed')
  assert.equal((await listReferences(db, 'm')).length, 2)
  assert.equal((await verifyChain(db)).links, 2)
})

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function workerProcess(input: GateWorkerInput): Promise<ChildProcess> {
  const child = await gateWorkerProcess(input)
  cleanUps.push(async () => void child.kill('SIGKILL'))
  return child
}
