import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { repairLedger } from '../../activities/repair-ledger.ts'
import { lookAtLate } from '../../activities/scan.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { tracedPredictions } from '../../adapters/postgres/traced-predictions.ts'
import { blindLog } from '../support/blind-log.ts'
import { cutDigest } from '../support/prediction-rows.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

let world: Awaited<ReturnType<typeof scanWorld>>
const first = day(0, 400)
const late = day(0, 60, { seed: 9 }).map(({ value, partition }) => ({
  partition,
  value: value.replace('"id":"d0-', '"id":"late-'),
}))

before(async () => {
  world = await scanWorld({ rejudge: 0.05, segments: ['plan'] })
  const blind = { ...world.deps, log: blindLog(world.deps.log, (text) => text.includes('"d0-7"')) }
  await world.send(first)
  const plan = await scan(blind, 0)
  await world.send([...late, ...day(1, 400)])
  await repairLedger(world.deps, { model: 'm', reading: plan.reading })
  await scan(world.deps, 1)
})
after(() => world?.close())

async function scan(deps: typeof world.deps, index: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  await judgeWindow(deps, plan)
  await lookAtLate(deps, plan)
  return plan
}

const traced = (id: string) => tracedPredictions(world.database.pool, 'm', id)

test('an id leads to the record, what was answered, and the verdicts that count it', async () => {
  const [row, ...others] = await traced('d0-5')
  assert.equal(others.length, 0)
  const { value } = first[5]!
  const { time, score, features } = JSON.parse(value)
  assert.deepEqual(
    { ...row, reading: '', readAt: '', windows: row?.windows.length },
    {
      ...{ reading: '', topic: world.topic, request: null, at: time, readAt: '', repair: null },
      record: { partition: 1, offset: '2', digest: cutDigest(value) },
      ...{ version: '1', score, prediction: null, segments: [`plan=${features.plan}`], windows: 1 },
    },
  )
  const { headline, ...window } = row!.windows[0]!
  assert.ok(headline)
  assert.deepEqual(window, {
    ...{ start: '2001-01-01T00:00:00.000Z', end: '2001-01-02T00:00:00.000Z' },
    ...{ verdict: 'NO_DRIFT', counted: true, again: ['NO_DRIFT'] },
  })
})

test('what came after the cut of its window is told as late, and counts when it was judged once more', async () => {
  for (const id of ['late-3', 'd0-7']) {
    const [row] = await traced(id)
    assert.equal(row?.repair, id === 'd0-7' ? 1 : null)
    assert.deepEqual(
      row?.windows.map(({ verdict, counted, again }) => [verdict, counted, again]),
      [['NO_DRIFT', false, ['NO_DRIFT']]],
      id,
    )
  }
})

test('an id that was used again is found as often, and one that was not is not found', async () => {
  await world.send([first[5]!])
  await scan(world.deps, 2)
  assert.equal((await traced('d0-5')).length, 2)
  assert.deepEqual(await traced('d0-400'), [])
})
