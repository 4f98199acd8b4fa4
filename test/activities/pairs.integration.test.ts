import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { joinReading } from '../../activities/join-halves.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { lookAtLate } from '../../activities/scan.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { type LoggedHalf, pairsOf, readPairs, scanPairs } from '../support/pair-log.ts'
import { assertProved, pairWorld } from '../support/pair-world.ts'
import { hourMs, origin, scheduledAfter } from '../support/scan-world.ts'

const inTurn = (halves: readonly LoggedHalf[]) =>
  halves.map(({ value }, i) => ({ value, partition: i % 2 }))

test('requests and responses of a log become the rows that are judged', async () => {
  const world = await pairWorld()
  await world.send(inTurn(pairsOf(0, 1_500)))
  const quiet = await scanPairs(world.deps, 0, { records: 400 })
  assert.equal(quiet.report.verdict, 'NO_DRIFT')
  assert.equal(quiet.report.rows.good, 1_500)
  assert.deepEqual(quiet.report.rows.unmatched, { requests: 0, responses: 0, share: 0 })
  assert.deepEqual(
    quiet.report.features.map(({ feature }) => feature).sort(),
    ['(score)', 'amount', 'plan'],
    'features of the request and the score of the response',
  )
  await world.send(inTurn(pairsOf(1, 1_500, { shift: 1 })))
  const shifted = await scanPairs(world.deps, 1)
  assert.equal(shifted.report.verdict, 'DRIFT')
  assert.equal(shifted.report.features[0]?.feature, 'amount')
  assert.notEqual(shifted.report.since, null)
  await assertProved(world)
  assert.equal(
    canonicalJson((await scanPairs(world.deps, 0)).report),
    canonicalJson(quiet.report),
    'the first verdict is judged again to the same bytes',
  )
})

describe('random interleavings', () => {
  /** Halves, some of them sent twice, some without their other half, in any order within each hundred. */
  function shuffled(seed: number): LoggedHalf[] {
    const next = mulberry32(9)
    const sent = pairsOf(0, 900).flatMap((half) => {
      const chance = next()
      return chance < 0.02 ? [] : chance < 0.05 ? [half, half] : [half]
    })
    const order = mulberry32(seed)
    return sent
      .map((half, i) => ({ half, at: Math.floor(i / 100) + order() }))
      .sort((left, right) => left.at - right.at)
      .map(({ half }) => half)
  }

  /** The day is read in two cuts, by several at once, in slices of any size, over partitions at random. */
  async function profileOf(seed: number) {
    const next = mulberry32(seed)
    const partitions = 1 + Math.floor(next() * 4)
    const world = await pairWorld({ partitions })
    const halves = shuffled(seed).map(({ value }) => ({
      ...{ value, partition: Math.floor(next() * partitions) },
    }))
    const middle = Math.floor(next() * halves.length)
    const workers = 1 + Math.floor(next() * 3)
    const size = () => ({ workers, records: 20 + Math.floor(next() * 400) })
    await world.send(halves.slice(0, middle))
    // The window of the day before has no row; its cut lies in the middle of this day.
    await scanPairs(world.deps, -1, size())
    await world.send(halves.slice(middle))
    const { report } = await scanPairs(world.deps, 0, size())
    await assertProved(world)
    const { good, unmatched } = report.rows
    return { profile: report.evidence.profile, good, unmatched, findings: report.features }
  }

  test('of the same halves come to the same bytes, whoever read them when and where', async () => {
    const first = await profileOf(1)
    assert.ok(first.good > 850 && first.good < 900)
    assert.ok(first.unmatched!.requests > 5 && first.unmatched!.responses > 5)
    for (const seed of [2, 3, 4, 5, 6]) {
      assert.deepEqual(await profileOf(seed), first, `seed ${seed}`)
    }
  })
})

test('two scans whose joins meet: the later one joins the cuts in their order, each once', async () => {
  const world = await pairWorld()
  const halves = inTurn(pairsOf(0, 600))
  await world.send(halves.slice(0, 500))
  const earlier = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(-1) })
  await world.send(halves.slice(500))
  const later = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  assert.deepEqual([earlier.joins, later.joins], [1, 2])
  // What lies above the earlier cut is committed before the earlier window is joined.
  await readPairs(world.deps, later, { records: 90 })
  await readPairs(world.deps, earlier)
  const { rows } = await world.database.pool.query<{ rows: string }>(
    'select rows from joins order by number',
  )
  const joined = rows.map((row) => Number(row.rows))
  assert.equal(joined[0]! + joined[1]!, 600)
  assert.ok(joined[0]! > 200 && joined[0]! < 300)
  assert.equal((await judgeWindow(world.deps, later)).rows.good, 600)
  await assertProved(world)
})

test('a join that is asked for before its records were read is refused', async () => {
  const world = await pairWorld()
  await world.send(inTurn(pairsOf(0, 10)))
  const { reading, joins = 0 } = await planScan(world.deps, {
    ...{ model: 'm', scheduledAt: scheduledAfter(0) },
  })
  await assert.rejects(joinReading(world.deps, { model: 'm', reading, to: joins }), /were read/)
})

describe('halves without their other half', () => {
  test('are counted on both sides, and too many of them make the window incomplete', async () => {
    const world = await pairWorld()
    const lonely = (half: LoggedHalf, i: number) => half.half === 'response' && i % 4 === 0
    const halves = pairsOf(0, 1_000)
    await world.send(inTurn(halves.filter((half, i) => !lonely(half, i))))
    const { report } = await scanPairs(world.deps, 0)
    const missing = halves.filter(lonely).length
    assert.equal(report.verdict, 'INCOMPLETE_WINDOW')
    assert.equal(report.rows.good, 1_000 - missing)
    assert.deepEqual(report.rows.unmatched, {
      ...{ requests: missing, responses: 0, share: missing / 1_000 },
    })
    assert.match(report.headline, new RegExp(`^${missing} requests without a response`))
    await assertProved(world)
  })

  test('leave a window that is small as it is, and one with few of them judged', async () => {
    const world = await pairWorld()
    const halves = pairsOf(0, 1_000)
    await world.send(inTurn(halves.filter(({ half }, i) => half === 'response' || i % 40 > 1)))
    const { report } = await scanPairs(world.deps, 0)
    assert.equal(report.verdict, 'NO_DRIFT')
    assert.ok(report.rows.unmatched!.responses > 10 && report.rows.unmatched!.share < 0.1)
    await world.send(inTurn(pairsOf(1, 50).filter(({ half }) => half === 'request')))
    const small = await scanPairs(world.deps, 1)
    assert.equal(small.report.verdict, 'INSUFFICIENT_DATA')
    assert.deepEqual(small.report.rows.unmatched, { requests: 50, responses: 0, share: 1 })
  })

  test('find it when it comes late, and the window is judged once more', async () => {
    const world = await pairWorld({ rejudge: 0.1 })
    const halves = pairsOf(0, 800)
    const isLate = ({ half }: LoggedHalf, i: number) => half === 'response' && i % 3 === 0
    await world.send(inTurn(halves.filter((half, i) => !isLate(half, i))))
    const first = await scanPairs(world.deps, 0)
    assert.equal(first.report.verdict, 'INCOMPLETE_WINDOW')
    await world.send(inTurn([...halves.filter(isLate), ...pairsOf(1, 800)]))
    const second = await scanPairs(world.deps, 1)
    const late = halves.filter(isLate).length
    assert.deepEqual([second.report.rows.good, second.report.rows.late], [800, late])
    assert.equal(await lookAtLate(world.deps, second.plan), 1)
    assert.equal(await lookAtLate(world.deps, second.plan), 0, 'repeated, there is nothing to do')
    const { rows } = await world.database.pool.query('select report from second_looks')
    assert.deepEqual(
      [rows[0].report.verdict, rows[0].report.rows.good, rows[0].report.rows.unmatched.requests],
      ['NO_DRIFT', 800, 0],
    )
    assert.equal(
      canonicalJson((await scanPairs(world.deps, 0)).report),
      canonicalJson(first.report),
    )
    await assertProved(world)
  })

  test('are kept for a week, those that found each other for an hour more than the delay', async () => {
    const world = await pairWorld()
    const stored = async () => {
      const { rows } = await world.database.pool.query<{ n: number }>(
        'select count(*)::int as n from halves',
      )
      return rows[0]!.n
    }
    const halves = pairsOf(0, 300).filter(({ half, id }) => half === 'request' || !id.endsWith('7'))
    await world.send(inTurn(halves))
    await scanPairs(world.deps, 0)
    assert.equal(await stored(), 570)
    for (const [index, left] of [
      [1, 30],
      [6, 30],
      [7, 0],
    ] as const) {
      const { report } = await scanPairs(world.deps, index)
      assert.equal(await stored(), left, `after day ${index}`)
      assert.equal(report.rows.late, 0)
    }
    // So late, a response has nobody to find any more.
    const late = pairsOf(0, 300).filter(({ half, id }) => half === 'response' && id.endsWith('7'))
    await world.send(inTurn(late))
    const { report } = await scanPairs(world.deps, 8)
    assert.equal(report.rows.late, 0)
    assert.equal(await stored(), 30)
    await assertProved(world)
  })
})

test('the proof of a ledger fails when halves or pairs are taken away or made up', async () => {
  const world = await pairWorld()
  await world.send(inTurn(pairsOf(0, 200)))
  await scanPairs(world.deps, 0)
  await world.send(inTurn(pairsOf(1, 200)))
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(1) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  await assertProved(world)
  for (const [statement, fault, said] of [
    ['delete from halves where "offset" = 250 and partition = 0', 'HALVES', /that wait/],
    ['update join_counts set requests = requests + 1', 'HALVES', /joins counted differ/],
    ['delete from parts where partition = -1', 'JOINS', /rows in parts of a join/],
    ['update parts set to_offset = 9 where partition = -1', 'STRAY', /belongs to no join/],
    ['update ledger_slices set halves = halves - 1', 'PARTS', /good records and rows/],
  ] as const) {
    const client = await world.database.pool.connect()
    try {
      await client.query('begin')
      await client.query(statement)
      const [reading] = await ledgerOf(client, 'm', 0)
      const faults = reading?.faults.map((one) => one.fault) ?? []
      assert.ok(faults.includes(fault), `${statement}: ${faults}`)
      assert.match((await brokenInvariants(client)).join('\n'), said)
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
})

test('a window begins with the requests that lie in it, whenever they were answered', async () => {
  const world = await pairWorld()
  const at = (ms: number) => new Date(origin + 24 * hourMs + ms).toISOString()
  const part = (id: string, time: string, rest: object) => ({
    value: JSON.stringify({ id, time, model: 'm', version: '', ...rest }),
    partition: 0,
  })
  const asked = { features: { amount: 1, plan: 'pro' } }
  await world.send([
    ...[part('a', at(-1_000), asked), part('a', at(1_000), { score: 0.5, version: '7' })],
    ...[part('b', at(0), asked), part('b', at(300_000), { score: 0.5 })],
    ...[part('c', at(1), asked), part('c', at(300_002), { score: 0.5 })],
  ])
  const first = await scanPairs(world.deps, 0)
  assert.deepEqual([first.report.rows.good, first.report.rows.unmatched?.requests], [1, 0])
  const second = await scanPairs(world.deps, 1)
  assert.deepEqual(second.report.rows.unmatched, { requests: 1, responses: 1, share: 0.5 })
  const { rows } = await world.database.pool.query(
    `select version, rows::int from parts where segment = '' order by bucket`,
  )
  assert.deepEqual(
    rows.map(({ version, rows: count }) => [version, count]),
    [
      ['7', 1],
      ['', 1],
    ],
    'the version is that of the answer, where it says one',
  )
})
