import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { keepHouse } from '../../activities/housekeeping.ts'
import { judgePlan, judgeWindow } from '../../activities/judge-window.ts'
import { recomputeVerdicts } from '../../activities/recompute.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { type ModelSettings, modelSettings } from '../../contracts/config.ts'
import type { Report } from '../../contracts/report.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { storageSettings } from '../../contracts/storage.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { day, origin, scanWorld, scheduledAfter } from '../support/scan-world.ts'

const dayMs = 86_400_000
const references = {
  training: { kind: 'training' },
  // In Berlin a day begins at 23:00 of the day before.
  usual: {
    kind: 'same-hour-of-week',
    ...{ weeks: 4, zone: 'Europe/Berlin', holidays: ['2001-01-23'] },
  },
} as const

let world: Awaited<ReturnType<typeof scanWorld>>
const judged = new Map<number, { plan: ScanPlan; report: Report }>()
before(async () => {
  world = await scanWorld({
    detection: { scales: [1] },
    references: {
      training: { kind: 'training' },
      usual: { ...references.usual, holidays: [...references.usual.holidays] },
    },
  })
  await world.database.pool.query('update config_versions set settings = $1', [
    JSON.stringify({ models: { m: world.written } }),
  ])
  for (const index of [0, 7, 14, 21, 28]) judged.set(index, await scan(index))
})
after(() => world?.close())

async function scan(index: number) {
  await world.send(day(index, 300))
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model: 'm', reading: plan.reading, partition, to: cut }
    await advanceLedger(world.deps, input, { records: 120 })
  }
  return { plan, report: await judgeWindow(world.deps, plan) }
}

/** Housekeeping under a configuration that has this model, or does not have it any more. */
function tidy(model: ModelSettings | null) {
  const retention = { evidence: '10d', parts: '30d', samples: '10d', deadLetters: '20d' }
  const storage = storageSettings.parse({ retention })
  const models = model === null ? {} : { m: model }
  return keepHouse({
    db: world.database.pool,
    settings: async () => ({ settings: { models, storage } as never }),
    clock: () => Date.now() + dayMs,
  })
}

/** As if everything up to a day had been read and judged forty days ago. */
async function age(upTo: number): Promise<void> {
  const { pool } = world.database
  const end = new Date(origin + (upTo + 1) * dayMs)
  const before = `- interval '40 days'`
  const old = 'window_start < $1'
  await pool.query(
    `update ledger_slices s set committed_at = committed_at ${before}
     where exists (select from parts p where p.partition = s.partition and p.from_offset = s.from_offset and p.bucket < $1)`,
    [end],
  )
  await pool.query(`update cuts set recorded_at = recorded_at ${before} where ${old}`, [end])
  await pool.query(`update verdicts set judged_at = judged_at ${before} where ${old}`, [end])
  await pool.query(
    `update merged_parts set read_at = read_at ${before} where bucket < $1 and lifted_at is null`,
    [end],
  )
}

function withoutReferences(): ModelSettings {
  const { references: _, ...shorter } = world.written
  return modelSettings.parse(shorter)
}

const isSame = async (index: number) => {
  const { plan, report } = judged.get(index)!
  const again = await judgePlan(world.deps, plan)
  assert.equal(canonicalJson(again.report), canonicalJson(report), `day ${index}`)
}

const usual = (report: Report, windows = 1) =>
  report.evidence.references?.[1]?.looks.find((look) => look.windows === windows)

test('what a kept verdict merged into its reference stays, though the reference is shorter by now', async () => {
  const last = judged.get(28)!.report
  assert.equal(usual(last)?.unused, undefined)
  assert.equal(usual(last)?.merged?.length, 4)
  await age(0)
  const done = await tidy(withoutReferences())
  assert.equal(done.lifted, 1, 'the verdict of the first day')
  assert.equal(done.parts, 0, 'its counts are in the reference of the last')
  await isSame(28)
  const told = await recomputeVerdicts(world.deps, { model: 'm', from: null, to: null })
  assert.deepEqual(
    told.verdicts.map(({ outcome }) => outcome),
    ['not kept', 'same', 'same', 'same', 'same'],
  )
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('a reference whose counts are gone says so, the same whenever it is judged', async () => {
  await age(14)
  // Nothing to come needs anything of a model that is not there.
  const done = await tidy(null)
  assert.equal(done.lifted, 2)
  const { pool } = world.database
  await pool.query('update cuts set lifted_at = now() where lifted_at is null')
  assert.ok((await tidy(null)).parts > 0)
  // So much later that the single hours of what is left are of no use to windows to come.
  await scan(56)
  await pool.query('update cuts set lifted_at = now() where lifted_at is null')
  await tidy(withoutReferences())
  judged.set(35, await scan(35))
  const { report } = judged.get(35)!
  assert.equal(usual(report)?.unused?.code, 'COUNTS_NOT_KEPT')
  assert.match(
    report.references?.[1]?.unused?.sentence ?? '',
    /^it holds .* and half is needed; storage\.retention\.parts did not keep the counts/,
  )
  await isSame(35)
  await assert.rejects(judgePlan(world.deps, judged.get(28)!.plan), {
    code: 'VERDICT_NOT_RECOMPUTABLE',
  })
})

test('buckets that were rolled up are not taken for the first hour of their day', async () => {
  const { rows } = await world.database.pool.query<{ day: number }>(
    `select distinct extract(day from bucket - $1)::int as day from merged_parts
     where lifted_at is null and until - bucket = interval '1 day' order by 1`,
    [new Date(origin)],
  )
  assert.deepEqual(
    rows.map(({ day }) => day),
    [21, 28],
  )
  // The last hour of the one is of a holiday in Berlin, so the day as a whole fits nothing that is wanted.
  const dayStart = (index: number) => new Date(origin + index * dayMs).toISOString()
  assert.deepEqual(usual(judged.get(35)!.report)?.merged, [[dayStart(28), dayStart(29)]])
})
