import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listReferences } from '../../adapters/postgres/references.ts'
import { scanResult, startScan } from '../../adapters/temporal/messages.ts'
import { backtestResult } from '../../contracts/backtest.ts'
import { absorbWorld } from '../support/absorb-world.ts'
import { until } from '../support/gate-world.ts'
import { day, origin, scheduledAfter } from '../support/scan-world.ts'

const dayMs = 86_400_000
const startOf = (index: number) => new Date(origin + index * dayMs).toISOString()

const opened: Awaited<ReturnType<typeof absorbWorld>>[] = []
after(async () => {
  for (const world of opened) await world.close()
})

test('an absorbed reference is held against the windows that it is in force for, and no others', async () => {
  const world = await absorbWorld({ required: 1 })
  opened.push(world)
  const { environment, cli, scanDay, db } = world
  assert.equal((await scanDay(0, 0)).verdict, 'NO_DRIFT')
  // Read on the way to the next window, and judged only after another reference came into force.
  await world.world.send(day(1, 400))
  for (const index of [2, 3]) assert.equal((await scanDay(index, 1)).verdict, 'DRIFT')
  const asked = async () =>
    (await cli('operator', 'absorb', 'm', '--since', startOf(2), '--reason', 'new prices')).status
  await until(async () => (await asked()) === 8)
  const approved = await cli('approver', 'approve', 'm/1', '--reason', 'seen')
  assert.match(approved.out, /^APPROVED/, approved.err)
  await until(async () => (await listReferences(db, 'm')).length === 2)
  assert.equal((await scanDay(4, 1)).verdict, 'NO_DRIFT')
  assert.equal((await scanDay(5, 0)).verdict, 'DRIFT')
  const late = await scanResult(environment, await startScan(environment, 'm', scheduledAfter(1)))
  assert.equal(late.verdict, 'NO_DRIFT', 'the window lies before those that it is in force for')

  const replayed = await cli('operator', 'backtest', 'm', '--output', 'json')
  const [one] = backtestResult.parse(JSON.parse(replayed.out || replayed.err)).configurations
  assert.deepEqual(
    one?.windows.map(({ verdict }) => verdict),
    ['NO_DRIFT', 'NO_DRIFT', 'DRIFT', 'DRIFT', 'NO_DRIFT', 'DRIFT'],
  )
  assert.deepEqual(one?.record, { judged: 6, same: 6 })
})
