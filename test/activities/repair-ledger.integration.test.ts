import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { repairLedger } from '../../activities/repair-ledger.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import type { KafkaLog } from '../../adapters/kafka/log.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { partsBelow } from '../../adapters/postgres/parts.ts'
import { belowOf } from '../../adapters/postgres/verdicts.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { mergeParts } from '../../judging/merged-rows.ts'
import { encodeProfile, profileDigest } from '../../profiles/index.ts'
import { blindLog } from '../support/blind-log.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { day, scanWorld, scheduledAfter } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

async function scan(deps: ScanDeps, index: number, records?: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(deps, input, records === undefined ? {} : { records })
  }
  return { plan, report: await judgeWindow(deps, plan) }
}

/** Ids that end in 7 were not readable then. */
const newer = (text: string) => /"id":"d\d-\d*7"/.test(text)

/** A day of 800 records of which the scan could not read 80, one of another model and one that nobody can read. */
async function blindScan(on: { records?: number; partitions?: number } = {}) {
  const world = await scanWorld(on.partitions === undefined ? {} : { partitions: on.partitions })
  worlds.push(world)
  const foreign = { id: 'd0-7', model: 'other', time: '2001-01-01T05:00:00Z' }
  const sent = day(0, 800).map((record) =>
    on.partitions === 1 ? { ...record, partition: 0 } : record,
  )
  await world.send([
    ...sent,
    { value: JSON.stringify(foreign), partition: 0 },
    { value: 'not json', partition: 0 },
  ])
  const blind = { ...world.deps, log: blindLog(world.deps.log, newer) }
  const first = await scan(blind, 0, on.records)
  assert.deepEqual([first.report.rows.good, first.report.rows.bad], [720, 82])
  return { world, ...first, input: { model: 'm', reading: first.plan.reading } }
}

const totals = async ({ database }: World) => {
  const [reading] = await ledgerOf(database.pool, 'm', 100)
  const sums = { good: 0, bad: 0, foreign: 0, lost: 0 }
  for (const partition of reading?.partitions ?? []) {
    for (const kind of ['good', 'bad', 'foreign', 'lost'] as const) sums[kind] += partition[kind]
  }
  return { ...sums, faults: reading?.faults, repairs: reading?.repairs ?? [] }
}

test('what can be read now becomes rows of its window, and every count stays provable', async () => {
  const { world, plan, report, input } = await blindScan()
  const found = await repairLedger(world.deps, input)
  assert.deepEqual(found, { good: 80, foreign: 1, bad: 1, gone: 0 })
  const { repairs, ...sums } = await totals(world)
  assert.deepEqual(sums, { good: 800, bad: 1, foreign: 1, lost: 0, faults: [] })
  assert.deepEqual(
    repairs.map(({ repair, partition, from }) => [repair, partition, from]),
    [
      [1, 0, '0'],
      [2, 1, '0'],
    ],
  )
  assert.deepEqual(await brokenInvariants(world.database.pool), [])

  assert.equal(canonicalJson(await judgeWindow(world.deps, plan)), canonicalJson(report))
  const undisturbed = await scanWorld()
  worlds.push(undisturbed)
  await undisturbed.send(day(0, 800))
  const whole = await scan(undisturbed.deps, 0)
  const window = { start: new Date(plan.window.start), end: new Date(plan.window.end) }
  const digestBelow = async (upTo: number) => {
    const below = { ...belowOf(plan), repairs: upTo }
    const parts = await partsBelow(world.deps.db, plan.reading, window, below)
    return profileDigest(encodeProfile(mergeParts(parts, world.binning).profile))
  }
  assert.equal(await digestBelow(0), report.evidence.profile, 'the old cut holds the old bytes')
  assert.equal(await digestBelow(2), whole.report.evidence.profile)
})

test('the next window knows of the repair: it counts its rows as late and names it', async () => {
  const { world, input } = await blindScan()
  await repairLedger(world.deps, input)
  await world.send(day(1, 600))
  const { report } = await scan(world.deps, 1)
  assert.deepEqual([report.rows.good, report.rows.bad, report.rows.late], [600, 0, 80])
  assert.equal(report.evidence.repairs, 2)
})

test('a window whose records are repaired before it is judged holds them, and is not called bad', async () => {
  const { world, input } = await blindScan()
  await world.send(day(1, 600))
  const blind = { ...world.deps, log: blindLog(world.deps.log, newer) }
  // Read by an earlier look at the log, as a scan of another window would.
  const heads = await world.deps.log.offsets(world.topic)
  for (const { partition, lastStable } of heads) {
    await advanceLedger(blind, { ...input, partition, to: String(lastStable) })
  }
  await repairLedger(world.deps, input)
  const { report } = await scan(world.deps, 1)
  assert.deepEqual([report.rows.good, report.rows.bad, report.rows.late], [600, 0, 80])
})

test('two at once repair every record once', async () => {
  const { world, input } = await blindScan({ records: 40 })
  const found = await Promise.all([1, 2].map(() => repairLedger(world.deps, input, { records: 3 })))
  assert.equal(found[0]!.good + found[1]!.good, 80)
  const { repairs, ...sums } = await totals(world)
  assert.deepEqual(sums, { good: 800, bad: 1, foreign: 1, lost: 0, faults: [] })
  assert.ok(repairs.length > 20)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('stopped in the middle, it goes on with what is left', async () => {
  const { world, input } = await blindScan({ partitions: 1 })
  let records = 0
  const dying: KafkaLog = {
    ...world.deps.log,
    async *read(stretch) {
      for await (const batch of world.deps.log.read({ ...stretch, maxBytes: 1 })) {
        for (const record of batch.records) {
          if (newer(String(record.value)) && ++records > 50) throw new Error('died')
          yield { records: [record], next: batch.next }
        }
      }
    },
  }
  await assert.rejects(
    () => repairLedger({ ...world.deps, log: dying }, input, { records: 20 }),
    /died/,
  )
  assert.equal((await totals(world)).good, 760)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
  assert.deepEqual(await repairLedger(world.deps, input), { good: 40, foreign: 1, bad: 1, gone: 0 })
  assert.equal((await totals(world)).good, 800)
  assert.deepEqual(await repairLedger(world.deps, input), { good: 0, foreign: 0, bad: 1, gone: 0 })
})

test('what retention removed meanwhile stays a dead letter, and is told', async () => {
  const { world, input } = await blindScan({ partitions: 1 })
  const admin = kafkaClient([world.broker]).admin()
  await admin.connect()
  await admin.fetchTopicOffsets(world.topic)
  await admin.deleteTopicRecords({
    topic: world.topic,
    partitions: [{ partition: 0, offset: '500' }],
  })
  await admin.disconnect()
  assert.deepEqual(await repairLedger(world.deps, input), {
    good: 30,
    foreign: 1,
    bad: 1,
    gone: 50,
  })
  const { repairs, ...sums } = await totals(world)
  assert.deepEqual(sums, { good: 750, bad: 51, foreign: 1, lost: 0, faults: [] })
  assert.equal(repairs.length, 1)
})

describe('the proof fails when', () => {
  const sabotages: readonly [string, string, string, RegExp][] = [
    [
      'the parts of a repair are gone',
      'delete from parts where repair = 2',
      'PARTS',
      /parts of a repair differ/,
    ],
    [
      'a repair is gone',
      'delete from ledger_repairs where number = 2',
      'STRAY',
      /part belongs to no repair/,
    ],
    [
      'a repaired dead letter is called unread again',
      `update dead_letters set repair = null
       where "offset" = (select max("offset") from dead_letters where repair = 1)`,
      'DEAD_LETTERS',
      /a repair and its dead letters differ/,
    ],
    [
      'a repair counts a record that it never read',
      'update ledger_repairs set good = good + 1 where number = 2',
      'PARTS',
      /parts of a repair differ/,
    ],
  ]
  for (const [what, statement, fault, said] of sabotages) {
    test(what, async () => {
      const { world, input } = await blindScan()
      await repairLedger(world.deps, input)
      await world.database.pool.query(statement)
      const found = (await totals(world)).faults?.map((one) => one.fault) ?? []
      assert.ok(found.includes(fault as (typeof found)[number]), `found ${found.join(', ')}`)
      assert.match((await brokenInvariants(world.database.pool)).join('\n'), said)
    })
  }
})
