import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { upsertSteward } from '../../adapters/postgres/stewards.ts'
import { type RetrainInput, workflowId, workflowNames } from '../../contracts/messages.ts'
import type { StewardState } from '../../contracts/steward.ts'
import { newSteward } from '../../policies/steward-state.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { gateWorld, runKey, until } from '../support/gate-world.ts'
import { newScript } from '../support/scripted-activities.ts'
import { toldRounds } from '../support/told-rounds.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

/** A house whose steward has something under way, as PostgreSQL says. */
async function house(underWay: (prefix: string) => Partial<StewardState>) {
  const script = newScript()
  const world = await gateWorld({ workerless: true })
  cleanUps.push(() => world.close())
  const worker = await gateWorker({ ...world.workerInput, looksForTrouble: true }, script)
  cleanUps.push(() => worker.stop())
  const { prefix } = world.environment
  await upsertSteward(world.db, { ...newSteward('m'), ...underWay(prefix) }, new Date())
  return { ...world, script, prefix, ...toldRounds(world.environment, world.db) }
}

test('a steward and a release that somebody ended in Temporal are started again from the record', async () => {
  const one = await house((prefix) => ({
    release: {
      ...{ model: 'm', prefix, release: 'm/1', runKey, candidateVersion: '2', incident: null },
      requestedBy: ['rule:automatic'],
    },
  }))
  const steward = workflowId.steward(one.prefix, 'm')
  assert.deepEqual((await one.round()).restarted, [steward])
  await one.opened()
  assert.deepEqual((await one.round()).restarted, [])

  await one.handle.terminate('somebody cleaned up')
  const { restarted } = await one.round()
  assert.deepEqual(restarted, [one.handle.workflowId])
  await one.decide(await one.message())
  assert.equal((await one.result()).state, 'promoted')
  assert.equal((await findRelease(one.db, 'm/1'))?.state, 'promoted')
  // It told its steward: nothing is under way any more.
  await until(async () => (await one.round()).restarted?.length === 0)
})

test('what failed by itself is told and not started again, since it would fail again', async () => {
  const one = await house(() => ({ retraining: null }))
  const retraining: RetrainInput = {
    ...{ model: 'm', prefix: one.prefix, runKey, incident: null, reason: 'drift' },
    ...{ from: '2024-01-01T00:00:00Z', requestedBy: ['rule:automatic'] },
  }
  one.script.broken = 'the feed speaks another language'
  // Any workflow that fails for good stands for one whose code does.
  const id = workflowId.retrain(one.prefix, 'm', runKey)
  const failing = await one.environment.client.workflow.start(workflowNames.scan, {
    ...{ workflowId: id, taskQueue: `${one.prefix}orchestration` },
    args: [{ model: 'm', prefix: one.prefix, scheduledAt: '2024-01-02T00:00:00Z' }],
  })
  await assert.rejects(failing.result())
  assert.deepEqual((await one.round()).restarted, [workflowId.steward(one.prefix, 'm')])
  await upsertSteward(one.db, { ...newSteward('m'), retraining }, new Date())
  const { told, restarted } = await one.round()
  assert.deepEqual(restarted, [])
  const trouble = told.find(({ cause }) => cause === 'WORK_STOPPED')?.trouble
  assert.match(trouble ?? '', /^retraining a+ ended without a result: .*another language/)
})
