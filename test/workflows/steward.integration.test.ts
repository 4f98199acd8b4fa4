import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import {
  scanResult,
  startScan,
  stewardState,
  tellSteward,
} from '../../adapters/temporal/messages.ts'
import { workflowId } from '../../contracts/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { type GateWorldOptions, gateWorld, until } from '../support/gate-world.ts'
import { startTemporal } from '../support/local-temporal.ts'
import { dueAfter, newScript, type Script, verdictOf } from '../support/scripted-activities.ts'
import { targetNow } from '../support/table-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

const cleanUps: (() => Promise<unknown>)[] = []
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

async function lifeOf(script: Script, options: GateWorldOptions = {}) {
  const world = await gateWorld({ ...options, script })
  cleanUps.push(() => world.close())
  const { db, environment } = world
  return {
    ...world,
    scan: async (day: number) =>
      scanResult(environment, await startScan(environment, 'm', dueAfter(day))),
    tell: (day: number, verdict: VerdictName) =>
      tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', day, verdict)),
    steward: environment.client.workflow.getHandle(workflowId.steward(environment.prefix, 'm')),
    incident: async () => (await listIncidents(db, 'm'))[0],
    saved: (holds: (state: NonNullable<Awaited<ReturnType<typeof findSteward>>>) => boolean) =>
      until(async () => {
        const state = await findSteward(db, 'm')
        return state !== null && holds(state)
      }),
  }
}

test('two drifted windows and enough labels: one retraining, one release, the incident is resolved', async () => {
  const script = { ...newScript(), verdicts: { 5: 'DRIFT', 6: 'DRIFT' }, labels: 99 } as Script
  const life = await lifeOf(script, { critical: false })
  assert.equal((await life.scan(4)).verdict, 'NO_DRIFT')
  assert.equal((await life.scan(5)).verdict, 'DRIFT')
  await life.saved(({ drift }) => drift?.windows === 1)
  await life.scan(6)
  await life.saved(({ wanted }) => wanted?.labels === 99)
  assert.match((await life.incident())?.next ?? '', /99 of 100/)
  assert.equal(script.submitted.length, 0)

  script.labels = 100
  await life.saved(({ lastPromotion }) => lastPromotion !== null)
  const incident = await life.incident()
  assert.equal(incident?.state, 'resolved')
  assert.equal(incident?.release, 'm/1')
  assert.equal(incident?.runKey, script.submitted[0])
  assert.equal(script.submitted.length, 1)
  assert.deepEqual(await targetNow(life.db), { version: '2', moves: 1 })
  assert.equal((await verifyChain(life.db)).links, 1)
  assert.deepEqual(await stewardState(life.environment, 'm'), await findSteward(life.db, 'm'))
})

test('bad data opens an incident for a person and nothing is submitted', async () => {
  const script = { ...newScript(), labels: 1_000 }
  const life = await lifeOf(script)
  await life.tell(1, 'DATA_QUALITY')
  await life.tell(2, 'DATA_QUALITY')
  await life.tell(2, 'DATA_QUALITY')
  await life.saved(({ dataQuality }) => dataQuality?.windows === 2)
  assert.equal((await life.incident())?.kind, 'DATA_QUALITY')
  assert.equal(script.submitted.length, 0)
})

test('a job of which nobody knows the end is lost, not failed, and holds until a person asks', async () => {
  const script: Script = { ...newScript(), labels: 100, training: 'lost' }
  const life = await lifeOf(script, { critical: false })
  await life.tell(1, 'DRIFT')
  await life.tell(2, 'DRIFT')
  await life.saved(({ held }) => held !== null)
  await life.tell(3, 'DRIFT')
  await life.tell(4, 'DRIFT')
  await life.saved(({ drift }) => drift?.windows === 4)
  assert.equal(script.submitted.length, 1)

  script.training = 'succeeded'
  const request = { eventId: 'asked-1', person: 'operator', reason: 'it was never started' }
  await tellSteward(life.environment, 'm', 'retrain-requested', request)
  await life.saved(({ lastPromotion }) => lastPromotion !== null)
  assert.equal(script.submitted.length, 2)
  assert.notEqual(script.submitted[0], script.submitted[1])
})

test('a steward that is gone comes back from PostgreSQL and remembers what it knew', async () => {
  const life = await lifeOf(newScript())
  await life.tell(1, 'DATA_QUALITY')
  await life.saved(({ dataQuality }) => dataQuality?.windows === 1)
  await life.steward.terminate('as after the loss of its history')
  await life.tell(1, 'DATA_QUALITY')
  await life.tell(2, 'DATA_QUALITY')
  await life.saved(({ dataQuality }) => dataQuality?.windows === 2)
  assert.equal((await listIncidents(life.db, 'm')).length, 1)
})

test('many events over many runs: none is lost, none counts twice, and the gate stays open', async () => {
  const server = await startTemporal({ settings: ['limit.historyCount.suggestContinueAsNew=60'] })
  cleanUps.push(() => server.kill())
  const script: Script = { ...newScript(), labels: 100 }
  const life = await lifeOf(script, { temporal: server.address })
  await life.tell(1, 'DRIFT')
  await life.tell(2, 'DRIFT')
  await life.saved(({ release }) => release !== null)
  const first = (await life.steward.describe()).runId
  for (let day = 3; day <= 30; day++) {
    await life.tell(day, 'DRIFT')
    await life.tell(day, 'DRIFT')
    await life.tell(day - 1, 'DRIFT')
  }
  await life.saved(({ drift }) => drift?.windows === 30)
  assert.notEqual((await life.steward.describe()).runId, first)
  assert.equal((await life.incident())?.windows, 30)

  assert.equal((await life.decide(await life.message()))?.outcome, 'APPROVED')
  await life.saved(({ release, drift }) => release === null && drift?.state === 'resolved')
  assert.equal(script.submitted.length, 1)
})
