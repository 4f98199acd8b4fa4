import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { openReading, together as sharing } from '../../activities/open-reading.ts'
import { readSlices } from '../../activities/read-slice.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import type { KafkaLog } from '../../adapters/kafka/log.ts'
import { commitSlices, headsOf } from '../../adapters/postgres/ledger.ts'
import { ledgerOf } from '../../adapters/postgres/ledger-proof.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import { buildBinning } from '../../profiles/index.ts'
import { brokenInvariants } from '../support/broken-invariants.ts'
import { configuredDatabase } from '../support/configured-database.ts'
import type { createDatabase } from '../support/database.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { day, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'

const perModel = 400
const names = ['a', 'b', 'c'] as const

let world: Awaited<ReturnType<typeof scanWorld>>
/** Each model scanned on its own: nothing of another one is configured there. */
let apart: Awaited<ReturnType<typeof createDatabase>>
const models: Record<string, ModelSettings> = {}
let fetched = 0
let log: KafkaLog

/** Of the three models by turns, of a fourth one, of none, and some that nobody can read. */
const records = (index: number) =>
  [...names, 'x'].flatMap((model, seed) =>
    day(index, perModel, { seed: 10 * index + seed }).map(({ value, partition }, at) => {
      const { model: _, ...rest } = JSON.parse(value)
      const named = at % 100 === 7 && model === 'a' ? rest : { ...rest, model }
      return { at: 4 * at + seed, partition, value: JSON.stringify(named) }
    }),
  )

const send = async (index: number) => {
  const sorted = records(index).toSorted((left, right) => left.at - right.at)
  const broken = [
    { partition: 0, value: '{"model":"b"' },
    { partition: 1, value: '{"model":"c","id":"broken","time":"never"}' },
  ]
  const messages = [...sorted.map(({ value, partition }) => ({ value, partition })), ...broken]
  await world.send(messages)
  return messages.length
}

const depsOf = (db: ScanDeps['db'], which: readonly string[]): ScanDeps => ({
  db,
  log,
  settings: async () => {
    const configured = Object.fromEntries(which.map((model) => [model, models[model]]))
    return { id: 1, settings: { models: configured } as never }
  },
})

async function scan(deps: ScanDeps, model: string, index: number): Promise<string> {
  const plan = await planScan(deps, { model, scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    const input = { model, reading: plan.reading, partition, to: cut }
    await advanceLedger(deps, input)
  }
  return canonicalJson(await judgeWindow(deps, plan))
}

async function prepare(db: ScanDeps['db']) {
  for (const [model, settings] of Object.entries(models)) {
    const next = mulberry32(1)
    const rows = Array.from({ length: 4_000 }, () => {
      const [amount, plan, score] = values(next, 0)
      return model === 'b' ? [plan, score] : [amount, plan, score]
    })
    const { features, segments } = settings
    await storeReference(db, buildBinning(model, 'b1', features, rows, { segments }), '1', rows)
  }
}

before(async () => {
  world = await scanWorld()
  const { amount: _, ...planOnly } = world.model.features
  for (const name of [...names, 'd']) {
    const features = name === 'b' ? planOnly : world.model.features
    models[name] = { ...world.model, features, segments: name === 'c' ? ['plan'] : [] }
  }
  log = {
    ...world.deps.log,
    async *read(stretch) {
      for await (const batch of world.deps.log.read(stretch)) {
        fetched += batch.records.length
        yield batch
      }
    },
  }
  apart = await configuredDatabase()
  await prepare(world.database.pool)
  await prepare(apart.pool)
})
after(async () => {
  await apart?.drop()
  await world?.close()
})

/** Fetched from here on. */
const since = (before: number) => fetched - before

async function proved(model: string) {
  const [reading] = await ledgerOf(world.database.pool, model, 0)
  assert.deepEqual(reading?.faults, [])
  return reading?.partitions.reduce(
    (sum, { good, bad, foreign }) => [sum[0]! + good, sum[1]! + bad, sum[2]! + foreign],
    [0, 0, 0],
  )
}

test('models on one topic fetch each record once, and come to the verdicts of separate readings', async () => {
  const sent = await send(0)
  const together = depsOf(world.database.pool, names)
  // Nothing is shared before the others have a reading.
  for (const model of names) await planScan(together, { model, scheduledAt: scheduledAfter(0) })
  const before = fetched
  const verdicts: string[] = []
  for (const model of names) verdicts.push(await scan(together, model, 0))
  assert.equal(since(before), sent)
  for (const [index, model] of names.entries()) {
    assert.equal(verdicts[index], await scan(depsOf(apart.pool, [model]), model, 0), model)
  }
  const unnamed = 4
  assert.deepEqual(await proved('a'), [perModel, 1, 3 * perModel + 1])
  assert.deepEqual(await proved('b'), [perModel + unnamed, 1, 3 * perModel + 1 - unnamed])
  assert.deepEqual(await proved('c'), [perModel + unnamed, 2, 3 * perModel - unnamed])
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('scans that run at once read once too', async () => {
  const sent = await send(1)
  const before = fetched
  const together = depsOf(world.database.pool, names)
  const verdicts = await Promise.all(names.map((model) => scan(together, model, 1)))
  assert.equal(since(before), sent)
  for (const [index, model] of names.entries()) {
    assert.equal(verdicts[index], await scan(depsOf(apart.pool, [model]), model, 1), model)
  }
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('who was faster with one of them leaves the others whole', async () => {
  await send(2)
  const together = depsOf(world.database.pool, names)
  const plan = await planScan(together, { model: 'b', scheduledAt: scheduledAfter(2) })
  let raced = 0
  const overtaken: ScanDeps = {
    ...together,
    onPhase: async (phase) => {
      if (phase !== 'before slice' || raced++ > 0) return
      // Another process reads a part of it for one model alone.
      const alone = sharing([await openReading(together, 'b', plan.reading)])
      const from = (await headsOf(together.db, plan.reading)).get(0) as bigint
      const cut = BigInt(plan.partitions[0]?.cut ?? 0)
      const slices = await readSlices(alone, { partition: 0, from, to: cut }, { records: 100 })
      assert.ok(await commitSlices(together.db, slices))
    },
  }
  const verdict = await scan(overtaken, 'a', 2)
  assert.ok(raced > 1)
  assert.equal(verdict, await scan(depsOf(apart.pool, ['a']), 'a', 2))
  for (const model of ['b', 'c']) {
    assert.equal(await scan(together, model, 2), await scan(depsOf(apart.pool, [model]), model, 2))
  }
  for (const model of names) await proved(model)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})

test('a model that is added reads what is there alone, and goes on with the others', async () => {
  const sent = await send(3)
  const all = depsOf(world.database.pool, [...names, 'd'])
  const plan = await planScan(all, { model: 'd', scheduledAt: scheduledAfter(3) })
  const [own] = await ledgerOf(world.database.pool, 'a', 0)
  const passed = own?.partitions.map(({ head }) => Number(head)) ?? []
  const before = fetched
  for (const model of ['d', ...names]) await scan(all, model, 3)
  const alone = passed[0]! + passed[1]!
  assert.equal(since(before), alone + sent, 'only the old records are read for it alone')
  assert.equal(plan.partitions.length, 2)
  for (const model of [...names, 'd']) await proved(model)
  assert.deepEqual(await brokenInvariants(world.database.pool), [])
})
