import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { scanResult, startScan } from '../../adapters/temporal/messages.ts'
import { runCli } from '../cli/run-cli.ts'
import { absorbWorld } from '../support/absorb-world.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { createDatabase } from '../support/database.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { until } from '../support/gate-world.ts'
import { listeningGateway } from '../support/listening-gateway.ts'
import { restoreCopy, takeCopy } from '../support/logical-copy.ts'
import { scanWorker } from '../support/scan-worker.ts'
import { day, hourMs, origin, scheduledAfter } from '../support/scan-world.ts'
import { createTarget } from '../support/table-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

await using parts = new AsyncDisposableStack()
const cleanUp = parts.move()
after(() => cleanUp.disposeAsync())

const since = new Date(origin + 48 * hourMs).toISOString()
const wish = ['absorb', 'm', '--since', since, '--reason', 'a new price list']
const approve = ['approve', 'm/1', '--reason', 'seen']

test('from a copy of PostgreSQL an open gate is answered, the chain goes on, and the log is read on without a gap', async () => {
  const world = cleanUp.adopt(await absorbWorld({ gateless: true }), (each) => each.close())
  const before = await gateWorker(world.workerInput)
  for (const index of [0, 1]) assert.equal((await world.scanDay(index, 0)).verdict, 'NO_DRIFT')
  for (const index of [2, 3]) assert.equal((await world.scanDay(index, 1)).verdict, 'DRIFT')
  await until(async () => (await findSteward(world.db, 'm'))?.drift?.windows === 2)
  await world.cli('operator', ...wish)
  await until(async () => (await findRelease(world.db, 'm/1'))?.state === 'waiting')
  await world.cli('approver', ...approve)
  assert.equal((await listDecisions(world.db, 'm/1')).length, 1)

  const copy = await takeCopy(world.db)
  // Whatever ran beside the lost database is gone with it; Temporal stays.
  await before.stop()
  await world.stopScans()
  const restored = cleanUp.adopt(await createDatabase(), (each) => each.drop())
  const { pool: db, url } = restored
  // The rollout target of this world is a table beside ours.
  await createTarget(db)
  await restoreCopy(db, copy)
  const { environment, identity, workerInput } = world
  const gateway = cleanUp.adopt(await listeningGateway(identity, { db, environment }), (each) =>
    each.app.close(),
  )
  const { publicKey } = gateway
  cleanUp.adopt(await gateWorker({ ...workerInput, database: url, publicKey }), (each) =>
    each.stop(),
  )
  const deps = { ...world.deps, db, settings: () => currentSettings(db) }
  cleanUp.defer(await scanWorker(environment.prefix, deps))

  const cli = async (person: string, ...words: string[]) =>
    runCli([...words, '--gateway', gateway.url], {
      environment: { DRIFTGATE_TOKEN: await identity.tokenOf(person) },
    })
  // The one who approved before counts, and may not approve twice.
  const again = await cli('approver', ...approve)
  assert.match(again.out + again.err, /already|once/i)
  await cli('other-approver', ...approve)
  await until(async () => (await findRelease(db, 'm/1'))?.state === 'promoted')
  const told = (await listDecisions(db, 'm/1')).map(({ decision }) => decision.outcome)
  assert.deepEqual(told, ['ACCEPTED_PENDING_QUORUM', 'DUPLICATE', 'APPROVED'])
  assert.equal((await verifyChain(db)).links, 3)
  assert.equal((await cli('approver', 'audit', 'verify')).status, 0)
  assert.equal((await listDecisions(world.db, 'm/1')).length, 1, 'the lost one was not asked')

  await world.world.send(day(4, 400, { shift: 1 }))
  const { verdict } = await scanResult(
    environment,
    await startScan(environment, 'm', scheduledAfter(4)),
  )
  assert.equal(verdict, 'NO_DRIFT', 'held against the reference that was absorbed')
  assert.deepEqual(await brokenInvariants(db), [])
})
