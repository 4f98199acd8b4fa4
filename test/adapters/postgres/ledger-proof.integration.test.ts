import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { advanceLedger } from '../../../activities/advance-ledger.ts'
import { judgeWindow } from '../../../activities/judge-window.ts'
import { planScan } from '../../../activities/scan-plan.ts'
import { ledgerOf } from '../../../adapters/postgres/ledger-proof.ts'
import type { Db } from '../../../adapters/postgres/pool.ts'
import { brokenInvariants } from '../../support/broken-invariants.ts'
import { day, scanWorld, scheduledAfter } from '../../support/scan-world.ts'

let world: Awaited<ReturnType<typeof scanWorld>>
before(async () => {
  world = await scanWorld()
  const foreign = { id: 'y', model: 'other', time: '2001-01-01T05:00:00Z' }
  for (const index of [0, 1]) {
    await world.send([
      ...day(index, 300),
      { value: 'not json', partition: 0 },
      { value: null, partition: 0 },
      { value: JSON.stringify(foreign), partition: 1 },
      ...day(index, 100, { seed: 5 }),
    ])
    const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      const input = { model: 'm', reading: plan.reading, partition, to: cut }
      await advanceLedger(world.deps, input, { records: 70 })
    }
    await judgeWindow(world.deps, plan)
  }
})
after(() => world?.close())

const faults = async (db: Db) =>
  (await ledgerOf(db, 'm', 0)).flatMap((reading) => reading.faults.map(({ fault }) => fault))

test('the ledger of a real log has no fault, and names every offset', async () => {
  const [reading, ...others] = await ledgerOf(world.database.pool, 'm', 3)
  assert.equal(others.length, 0)
  assert.deepEqual(reading?.faults, [])
  assert.equal(reading?.topic, world.topic)
  const start = { began: '0', opened: '0' }
  const sums = { foreign: 0, lost: 0, unread: 0, ahead: 0 }
  assert.deepEqual(
    reading?.partitions.map(({ slices, repeated, ...one }) => ({ ...one, many: slices > 3 })),
    [
      { partition: 0, ...start, head: '404', many: true, ...sums, good: 400, bad: 4 },
      { partition: 1, ...start, head: '402', many: true, ...sums, good: 400, bad: 0, foreign: 2 },
    ],
  )
  const ofFirst = reading?.slices.filter(({ partition }) => partition === 0) ?? []
  assert.equal(ofFirst.length, 3)
  assert.equal(ofFirst.at(-1)?.to, '404')
  assert.equal(ofFirst[1]?.from, ofFirst[0]?.to)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

/** What somebody did to the tables; the fault that the ledger tells of; what the script says. */
const sabotages: readonly [string, string, string, RegExp][] = [
  [
    'a slice in the middle is gone',
    `delete from ledger_slices where partition = 0 and from_offset = 70`,
    'GAP',
    /different lengths/,
  ],
  [
    'the first slice is gone',
    `delete from ledger_slices where partition = 0 and from_offset = 0`,
    'GAP',
    /different lengths/,
  ],
  [
    'the last slice is gone',
    `delete from ledger_slices where partition = 1 and to_offset = 402`,
    'GAP',
    /different lengths/,
  ],
  [
    'a stretch was read twice',
    `insert into ledger_slices (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread)
     select reading, partition, 80, 90, 10, 0, 0, 0, 0 from ledger_heads where partition = 1`,
    'OVERLAP',
    /share offsets/,
  ],
  [
    'the head was put back',
    'update ledger_heads set head = head - 10 where partition = 0',
    'OVERLAP',
    /outside/,
  ],
  [
    'the head was put forward',
    'update ledger_heads set head = head + 10 where partition = 0',
    'GAP',
    /different lengths/,
  ],
  [
    'a record was counted twice',
    `alter table ledger_slices drop constraint ledger_slices_check1;
     update ledger_slices set good = good + 1 where partition = 1 and from_offset = 0`,
    'COUNTS',
    /counts of a slice/,
  ],
  [
    'the parts of a slice are gone',
    'delete from parts where partition = 1 and from_offset = 70',
    'PARTS',
    /good records and rows/,
  ],
  [
    'a part holds one row more',
    `update parts set rows = rows + 1 where (partition, from_offset, bucket) in
       (select partition, from_offset, bucket from parts where partition = 1 limit 1)`,
    'PARTS',
    /good records and rows/,
  ],
  [
    'a dead letter is gone',
    'delete from dead_letters where "offset" = (select min("offset") from dead_letters)',
    'DEAD_LETTERS',
    /bad records and dead letters/,
  ],
  [
    'a dead letter is there twice',
    `insert into dead_letters (reading, topic, partition, "offset", code, reason, at)
     select reading, topic, partition, "offset", code, reason, at - interval '1 minute' from dead_letters limit 1`,
    'DEAD_LETTERS',
    /twice/,
  ],
  [
    'a dead letter lies beyond the head',
    `update dead_letters set "offset" = 9999 where "offset" = (select max("offset") from dead_letters)`,
    'STRAY',
    /dead letter belongs to no slice/,
  ],
  [
    'a part has another slice',
    'update parts set to_offset = to_offset + 1 where partition = 1 and from_offset = 70',
    'STRAY',
    /part belongs to no slice/,
  ],
]

describe('the proof fails when', () => {
  for (const [what, statement, fault, said] of sabotages) {
    test(what, async () => {
      const client = await world.database.pool.connect()
      try {
        await client.query('begin')
        await client.query(statement)
        const found = await faults(client)
        assert.ok(found.includes(fault as (typeof found)[number]), `found ${found.join(', ')}`)
        assert.match((await brokenInvariants(client)).join('\n'), said)
      } finally {
        await client.query('rollback')
        client.release()
      }
    })
  }

  test('a verdict stands on offsets that nobody has read', async () => {
    const client = await world.database.pool.connect()
    try {
      await client.query('begin')
      await client.query(
        `update cuts set cut = cut || '{"1": "403"}' where window_start = '2001-01-02Z'`,
      )
      assert.deepEqual(await brokenInvariants(client), [
        'a verdict stands on offsets that were not passed, 1/402',
      ])
    } finally {
      await client.query('rollback')
      client.release()
    }
  })
})
