import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { day, hourMs, origin, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const worlds: Awaited<ReturnType<typeof scanWorld>>[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

async function newWorld() {
  const world = await scanWorld()
  worlds.push(world)
  return world
}

async function scan(deps: ScanDeps, index: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return judgeWindow(deps, plan)
}

const record = (changes: object) => ({
  partition: 0,
  value: JSON.stringify({
    id: 'x',
    model: 'm',
    version: '1',
    time: '2001-01-01T05:00:00Z',
    features: { amount: 100, plan: 'pro' },
    score: 0.5,
    ...changes,
  }),
})

describe('rows that come late', () => {
  test('are counted, land in their own window, and leave its verdict as it was', async () => {
    const { deps, send } = await newWorld()
    await send(day(0, 800))
    const first = await scan(deps, 0)
    assert.equal(first.rows.late, 0)
    await send([...day(0, 300, { seed: 9, shift: 3 }), ...day(1, 800)])
    const second = await scan(deps, 1)
    assert.equal(second.rows.late, 300)
    assert.equal(second.rows.good, 800, 'only its own rows are judged')
    assert.equal(second.verdict, 'NO_DRIFT')
    assert.equal(canonicalJson(await scan(deps, 0)), canonicalJson(first))
  })

  test('that come early wait for their own window', async () => {
    const { deps, send } = await newWorld()
    await send([...day(0, 600), ...day(1, 600, { shift: 1 })])
    const today = await scan(deps, 0)
    assert.deepEqual([today.verdict, today.rows.good], ['NO_DRIFT', 600])
    const tomorrow = await scan(deps, 1)
    assert.deepEqual([tomorrow.verdict, tomorrow.rows.good, tomorrow.rows.late], ['DRIFT', 600, 0])
  })
})

describe('a record made to do harm', () => {
  test('is counted once and never stops the scan', async () => {
    const { deps, send, database } = await newWorld()
    const harmful = [
      record({ version: 'a\0b' }),
      record({ version: '\ud800' }),
      record({ version: 'v'.repeat(100_000) }),
      record({ time: '+275760-09-13T00:00:00Z' }),
      record({ time: 9e15 }),
      record({ time: -1 }),
      record({ features: { amount: [1], plan: {} } }),
      { partition: 0, value: '['.repeat(200_000) },
      { partition: 0, value: '{"__proto__":{"id":"x","model":"m"}}' },
      { partition: 0, value: '{"constructor":{"prototype":{"polluted":true}}}' },
    ]
    await send([...day(0, 600), ...harmful])
    const report = await scan(deps, 0)
    assert.deepEqual([report.rows.good, report.rows.bad], [600, harmful.length])
    const { rows } = await database.pool.query('select count(distinct "offset") from dead_letters')
    assert.equal(Number(rows[0].count), harmful.length)
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })

  test('that is odd but readable counts as a row', async () => {
    const { deps, send } = await newWorld()
    const odd = [
      record({ id: '\0' }),
      record({ features: { amount: 'NaN', plan: '\ud800\0' } }),
      record({ features: { amount: 1e308, plan: 'p'.repeat(100_000) } }),
      record({ features: {}, toString: 1, unknown: [[[]]] }),
      record({ time: new Date(origin + 6 * hourMs).getTime(), version: 7 }),
    ]
    await send([...day(0, 600), ...odd])
    const report = await scan(deps, 0)
    assert.equal(report.rows.bad, 0)
    // The row of version 7 belongs to another model version than the one judged.
    assert.equal(report.rows.good, 600 + odd.length - 1)
  })
})
