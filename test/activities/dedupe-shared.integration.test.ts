import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { joinReading } from '../../activities/join-halves.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { buildBinning } from '../../profiles/index.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { configuredDatabase } from '../support/configured-database.ts'
import type { createDatabase } from '../support/database.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { day, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'

const perModel = 500
/** Once for a day, once for two, and as they are read. */
const names = ['once', 'longer', 'all'] as const
type Name = (typeof names)[number]

let world: Awaited<ReturnType<typeof scanWorld>>
/** Each model scanned on its own: nothing of another one is configured there. */
let apart: Awaited<ReturnType<typeof createDatabase>>
const models = {} as Record<Name, ModelSettings>
let fetched = 0

async function prepare(db: ScanDeps['db']): Promise<void> {
  for (const [model, settings] of Object.entries(models)) {
    const next = mulberry32(1)
    const rows = Array.from({ length: 4_000 }, () => values(next, 0))
    await storeReference(
      db,
      buildBinning(model, 'b1', settings.features, rows, { segments: [] }),
      '1',
      rows,
    )
  }
}

before(async () => {
  world = await scanWorld({ log: { dedupe: 'exact' } })
  const { model } = world
  models.once = model
  models.longer = { ...model, log: { ...model.log, dedupeWithin: 2 * model.log.dedupeWithin } }
  models.all = { ...model, log: { ...model.log, dedupe: 'none' } }
  apart = await configuredDatabase()
  await prepare(world.database.pool)
  await prepare(apart.pool)
})
after(async () => {
  await apart?.drop()
  await world?.close()
})

const depsOf = (db: ScanDeps['db'], which: readonly Name[]): ScanDeps => ({
  db,
  log: {
    ...world.deps.log,
    async *read(stretch) {
      for await (const batch of world.deps.log.read(stretch)) {
        fetched += batch.records.length
        yield batch
      }
    },
  },
  settings: async () => {
    const configured = Object.fromEntries(which.map((name) => [name, models[name]]))
    return { id: 1, settings: { models: configured } as never }
  },
})

/** Rows of a day of each model by turns, some of them again in either partition; and rows of the day before. */
async function send(index: number): Promise<number> {
  const rows = names.flatMap((model, seed) =>
    day(index, perModel, { seed: 10 * index + seed }).map(({ value, partition }, at) => ({
      ...{
        at: 3 * at + seed,
        partition,
        value: value.replace('"model":"m"', `"model":"${model}"`),
      },
    })),
  )
  rows.sort((left, right) => left.at - right.at)
  const again = rows.slice(200, 500).map((row) => ({ ...row, partition: (row.at >> 1) % 2 }))
  const before = index === 0 ? [] : earlier.slice(0, 60)
  earlier = rows
  const all = [...rows.slice(0, 700), ...again, ...before, ...rows.slice(700)]
  await world.send(all.map(({ value, partition }) => ({ value, partition })))
  return all.length
}
let earlier: { at: number; partition: number; value: string }[] = []

const read = async (deps: ScanDeps, model: Name, { reading, partitions }: ScanPlan) => {
  for (const { partition, cut } of partitions) {
    await advanceLedger(deps, { model, reading, partition, to: cut })
  }
}

async function scan(deps: ScanDeps, model: Name, index: number) {
  const plan = await planScan(deps, { model, scheduledAt: scheduledAfter(index) })
  await read(deps, model, plan)
  await joinReading(deps, { model, reading: plan.reading, to: plan.joins ?? 0 })
  const report = await judgeWindow(deps, plan)
  return { text: canonicalJson(report), rows: report.rows }
}

async function assertProved(): Promise<void> {
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
  for (const model of names) {
    for (const { faults } of await ledgerOf(world.database.pool, model, 0)) {
      assert.deepEqual(faults, [], model)
    }
  }
}

test('models on one topic, of which some count rows once, come to the verdicts of separate readings', async () => {
  const sent = [await send(0)]
  const together = depsOf(world.database.pool, names)
  // Nothing is shared before the others have a reading.
  for (const model of names) await planScan(together, { model, scheduledAt: scheduledAfter(0) })
  for (const index of [0, 1, 2]) {
    if (index > 0) sent.push(await send(index))
    const begun = fetched
    const told = new Map<Name, Awaited<ReturnType<typeof scan>>>()
    // Whoever comes first reads for the others: by turns each of them.
    for (const model of [...names.slice(index), ...names.slice(0, index)]) {
      told.set(model, await scan(together, model, index))
      await assertProved()
    }
    assert.equal(fetched - begun, sent[index], 'each record is fetched once')
    for (const model of names) {
      const alone = await scan(depsOf(apart.pool, [model]), model, index)
      assert.equal(told.get(model)?.text, alone.text, `${model}, day ${index}`)
    }
    assert.deepEqual(
      [told.get('once')?.rows.good, told.get('longer')?.rows.good],
      [perModel, perModel],
    )
    assert.ok((told.get('once')?.rows.removed ?? 0) >= 90)
    assert.ok((told.get('all')?.rows.good ?? 0) >= perModel + 90)
    assert.equal(told.get('all')?.rows.removed, undefined)
  }
})

test('what another scan read beyond a cut waits for a cut of its own', async () => {
  await send(3)
  const together = depsOf(world.database.pool, names)
  const plan = await planScan(together, { model: 'once', scheduledAt: scheduledAfter(3) })
  await send(4)
  // The scan of the others goes further, and takes this reading along.
  await scan(together, 'all', 4)
  await assertProved()
  const third = await scan(together, 'once', 3)
  assert.equal(third.rows.good, perModel)
  assert.equal(plan.joins, 4)
  const fourth = await scan(together, 'once', 4)
  assert.equal(fourth.rows.good, perModel)
  await Promise.all((['longer', 'all'] as const).map((model) => scan(together, model, 3)))
  await assertProved()
})
