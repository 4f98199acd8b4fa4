import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { repairLedger } from '../../activities/repair-ledger.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { hourMs, origin, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

async function newWorld(log: object): Promise<World> {
  const world = await scanWorld({ log: { ...log } })
  worlds.push(world)
  return world
}

async function scan({ deps }: World, index: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(deps, input, { records: 100 })
  }
  return { plan, report: await judgeWindow(deps, plan) }
}

/** The ledger of a world has no fault, by either of the two ways to tell. */
async function assertProved({ database }: World) {
  assert.deepEqual(await brokenInvariants(database.pool), [])
  const [reading, ...others] = await ledgerOf(database.pool, 'm', 0)
  assert.ok(reading !== undefined && others.length === 0)
  assert.deepEqual(reading.faults, [])
  return reading.partitions
}

const timeOf = (index: number, share: number) =>
  new Date(origin + (index + share) * 24 * hourMs).toISOString()

describe('a log of requests, several predictions each', () => {
  /** Requests of one day as KServe logs them, each with its answer. */
  function requests(index: number, count: number, rows: number, shift = 0) {
    const next = mulberry32(index + 100)
    return Array.from({ length: count }, (_, i) => {
      const attributes = {
        ...{ ce_specversion: '1.0', ce_id: `d${index}-${i}`, ce_source: 'http://m' },
        ...{ ce_time: timeOf(index, i / count), ce_inferenceservicename: 'm' },
      }
      const instances = Array.from({ length: rows }, () => {
        const [amount, plan] = values(next, shift)
        return { amount, account: { plan } }
      })
      const [partition, type] = [i % 2, 'org.kubeflow.serving.inference']
      return [
        {
          ...{ partition, value: JSON.stringify({ instances }) },
          headers: { ...attributes, ce_type: `${type}.request` },
        },
        {
          ...{ partition, value: JSON.stringify({ predictions: instances.map(() => 0.5) }) },
          headers: { ...attributes, ce_type: `${type}.response` },
        },
      ]
    }).flat()
  }
  const worldOfRequests = () => newWorld({ format: 'kserve' })

  test('is counted by rows and proved by records; its answers are not for this reading', async () => {
    const world = await worldOfRequests()
    world.model.features['plan'] = { type: 'categorical', path: 'account.plan' }
    const headers = requests(9, 1, 1)[0]?.headers ?? {}
    await world.send([
      ...requests(0, 300, 5),
      { value: '{"instances":[]}', partition: 0, headers },
      { value: '{"instances":[]}', partition: 0 },
    ])
    const { plan, report } = await scan(world, 0)
    assert.equal(report.verdict, 'NO_DRIFT')
    assert.equal(report.rows.good, 1_500)
    assert.equal(report.rows.bad, 2)
    assert.equal(report.rows.foreign, 300)
    assert.deepEqual(
      report.features.map(({ feature }) => feature).sort(),
      ['amount', 'plan'],
      'nothing is said of a score that requests do not have',
    )
    const partitions = await assertProved(world)
    assert.deepEqual(
      partitions.map(({ good, bad, foreign, head }) => [good, bad, foreign, head]),
      [
        [150, 2, 150, '302'],
        [150, 0, 150, '300'],
      ],
    )
    const { rows } = await world.database.pool.query<{ field: string | null; reason: string }>(
      'select reason, field from dead_letters order by "offset"',
    )
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ['it holds no row', 'it is no CloudEvent'],
    )
    const again = await repairLedger(world.deps, { model: 'm', reading: plan.reading })
    assert.deepEqual(again, { good: 0, bad: 2, foreign: 0, gone: 0 })

    await world.send(requests(1, 300, 5, 1))
    const shifted = await scan(world, 1)
    assert.equal(shifted.report.verdict, 'DRIFT')
    assert.equal(shifted.report.features[0]?.feature, 'amount')
  })

  test('is not proved any more when it claims other rows than its parts hold', async () => {
    const world = await worldOfRequests()
    world.model.features['plan'] = { type: 'categorical', path: 'account.plan' }
    await world.send(requests(0, 100, 3))
    await scan(world, 0)
    await assertProved(world)
    await world.database.pool.query('update ledger_slices set more_rows = more_rows + 1')
    const [reading] = await ledgerOf(world.database.pool, 'm', 0)
    const told = new Set(reading?.faults.map(({ fault }) => fault))
    assert.deepEqual([...told].sort(), ['PARTS', 'PREDICTIONS'])
    assert.match((await brokenInvariants(world.database.pool)).join(), /good records and rows/)
  })
})

test('a log of CSV lines gives the verdicts of any other log', async () => {
  const columns = ['time', 'id', 'plan', 'amount', 'p']
  const world = await newWorld({ format: 'csv', options: { columns }, paths: { score: 'p' } })
  const day = (index: number, shift: number) => {
    const next = mulberry32(index + 100)
    return Array.from({ length: 1_500 }, (_, i) => {
      const [amount, plan, score] = values(next, shift)
      const line = `${timeOf(index, i / 1_500)},d${index}-${i},"${plan}",${amount},${score}\r\n`
      return { partition: i % 2, value: line }
    })
  }
  await world.send([...day(0, 0), { value: 'a,b', partition: 0 }])
  const quiet = await scan(world, 0)
  assert.equal(quiet.report.verdict, 'NO_DRIFT')
  assert.deepEqual([quiet.report.rows.good, quiet.report.rows.bad], [1_500, 1])
  await world.send(day(1, 1))
  const shifted = await scan(world, 1)
  assert.equal(shifted.report.verdict, 'DRIFT')
  assert.equal(shifted.report.features[0]?.feature, 'amount')
  await assertProved(world)
})
