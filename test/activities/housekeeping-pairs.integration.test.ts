import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepHouse } from '../../activities/housekeeping.ts'
import { judgePlan } from '../../activities/judge-window.ts'
import { upsertIncident } from '../../adapters/postgres/incidents.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { type LoggedHalf, pairsOf, scanPairs } from '../support/pair-log.ts'
import { assertProved, type PairWorld, pairWorld } from '../support/pair-world.ts'

const dayMs = 86_400_000
const inTurn = (halves: readonly LoggedHalf[]) =>
  halves.map(({ value }, i) => ({ value, partition: i % 2 }))

type Judged = Awaited<ReturnType<typeof scanPairs>>

/** Three days of pairs; of each day some responses come only after its cut. */
async function judgedPairs() {
  const world = await pairWorld({ segments: ['plan'] })
  const judged: Judged[] = []
  let late: LoggedHalf[] = []
  for (let index = 0; index < 3; index++) {
    const halves = pairsOf(index, 300, { shift: index === 1 ? 1 : 0 })
    const isLate = ({ half }: LoggedHalf, i: number) => half === 'response' && i % 15 === 0
    await world.send(inTurn([...late, ...halves.filter((half, i) => !isLate(half, i))]))
    late = halves.filter(isLate)
    judged.push(await scanPairs(world.deps, index, { records: 120 }))
  }
  const { pool } = world.database
  const models: Record<string, unknown> = { m: world.model }
  const retention = { evidence: '10d', parts: '30d', samples: '10d' }
  const settings = { models, storage: storageSettings.parse({ retention }) } as never
  const tidy = (daysLater: number, other = settings) =>
    keepHouse({
      db: pool,
      settings: async () => ({ settings: other }),
      clock: () => Date.now() + daysLater * dayMs,
    })
  const count = async (sql: string) =>
    Number((await pool.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n)
  return { world, judged: judged as [Judged, Judged, Judged], pool, tidy, count, settings }
}

const again = async ({ deps }: PairWorld, { plan }: Judged) =>
  canonicalJson((await judgePlan(deps, plan)).report)

test('parts of pairs are merged between the cuts of kept verdicts, which are judged again to the same bytes', async () => {
  const { world, judged, tidy, count } = await judgedPairs()
  const before = await count('parts')
  assert.ok(before > 0 && before === (await count('parts where partition = -1')))
  assert.equal((await tidy(0)).merged, 0, 'what was just joined is left alone')
  const done = await tidy(1)
  assert.deepEqual([done.merged, await count('parts')], [before, 0])
  // The pairs that a join found of the day, and those that the next one found.
  const crowded = '(select from merged_parts group by bucket, segment having count(*) > 2) c'
  assert.equal(await count(crowded), 0)
  const late = judged.map(({ report }) => report.rows.late)
  assert.ok(late[0] === 0 && (late[1] as number) > 0 && (late[2] as number) > 0)
  for (const one of judged) assert.equal(await again(world, one), canonicalJson(one.report))
  await assertProved(world)
  assert.equal((await tidy(1)).merged, 0, 'a second round finds nothing to do')
})

test('retention lifts parts of pairs as others: what an open incident needs stays, and the ledger proves', async () => {
  const { world, judged, pool, tidy, count, settings } = await judgedPairs()
  const [first, second, third] = judged
  const { start, end } = second.plan.window
  await upsertIncident(pool, {
    ...{ id: `m/DRIFT/${start}`, model: 'm', kind: 'DRIFT', state: 'open' },
    ...{ openedAt: end, resolvedAt: null, windows: 1, verdictId: start, headline: '', next: '' },
    ...{ firstWindow: { start, end }, lastWindow: { start, end } },
    ...{ evidenceDigest: second.report.evidenceDigest, runKey: null, release: null },
  })
  const done = await tidy(40)
  assert.equal(done.lifted, 2, 'all but that of the incident')
  assert.equal(await again(world, second), canonicalJson(second.report))
  for (const one of [first, third]) {
    await assert.rejects(again(world, one), { code: 'VERDICT_NOT_RECOMPUTABLE' })
  }
  await assertProved(world)

  await pool.query(`update incidents set state = 'resolved', resolved_at = now()`)
  const left = { ...(settings as object), models: {} } as never
  const parts = "merged_parts where segment = '' and profile is not null"
  assert.ok((await count(parts)) > 3 * 24, 'pairs that the window of their day held, and others')
  await tidy(12, left)
  assert.equal(await count(parts), 3 * 24, 'one for each bucket: no verdict needs them apart')
  await assertProved(world)
  const last = await tidy(500, left)
  assert.ok(last.parts > 0)
  assert.equal(await count('merged_parts where profile is not null'), 0)
  assert.equal(await count("merged_parts where segment <> ''"), 0)
  const { rows } = await pool.query(
    'select sum(rows)::int as rows, sum(moved_rows)::int as moved from joins',
  )
  assert.ok(rows[0].rows > 850)
  assert.equal(rows[0].moved, rows[0].rows, 'joins still say what they found')
  await assertProved(world)
})

test('a merged part of pairs that lost a row, or a join that says otherwise, is told by both proofs', async () => {
  const { pool, tidy } = await judgedPairs()
  await tidy(1)
  for (const [sabotage, fault, said] of [
    [
      `update merged_parts set counts[1] = counts[1] - 1, rows = rows - 1 where number = (
        select min(number) from merged_parts where segment = '')`,
      'MERGED',
      /moved and merged pairs differ/,
    ],
    [
      `delete from merged_parts where number = (select max(number) from merged_parts where segment = '')`,
      'MERGED',
      /moved and merged pairs differ/,
    ],
    [
      'update joins set moved_rows = moved_rows - 1 where number = 1',
      'JOINS',
      /pairs and rows in parts of a join differ/,
    ],
  ] as const) {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query(sabotage)
      const faults = (await ledgerOf(client, 'm', 0)).flatMap((reading) => reading.faults)
      assert.ok(
        faults.some((one) => one.fault === fault),
        sabotage,
      )
      assert.match((await brokenInvariants(client)).join('\n'), said)
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
})
