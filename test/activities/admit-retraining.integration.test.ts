import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { admitRetraining } from '../../activities/admit-retraining.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { openPool, transaction } from '../../adapters/postgres/pool.ts'
import { settleReservations, spentSince } from '../../adapters/postgres/retraining-budgets.ts'
import { deleteWish, listWishes } from '../../adapters/postgres/retraining-wishes.ts'
import {
  insertRetraining,
  markEnded,
  markRefused,
  markSubmitted,
  markSubmitting,
} from '../../adapters/postgres/retrainings.ts'
import { type SettingsInput, settingsSchema } from '../../contracts/config.ts'
import type { Wanted } from '../../contracts/steward.ts'
import { automaticRule } from '../../policies/governor-wishes.ts'
import type { AdmitChildInput } from '../support/admit-child.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { settingsFor } from '../support/gate-world.ts'

type Model = SettingsInput['models'][string]

const day = 86_400_000
const start = Date.parse('2026-03-01T00:00:00Z')
const iso = (timeMs: number) => new Date(timeMs).toISOString()
const wanted: Wanted = {
  ...{ incident: null, from: iso(0), requestedBy: [automaticRule], reason: 'drift' },
  ...{ request: null, labels: 1, needed: 1 },
}
/** A run key for each number. */
const key = (n: number) => n.toString(16).padStart(12, '0')
const name = (n: number) => `model-${n}`

function configured(
  models: Readonly<Record<string, Model['retraining']>>,
  budget: NonNullable<SettingsInput['retraining']>['budget'],
): SettingsInput {
  const model: Model = {
    ...{ log: { topic: 't' }, features: { amount: { type: 'numeric' } } },
    window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  }
  return {
    ...settingsFor(model),
    // A fleet that may see a storm would wait for it first.
    retraining: { ...(budget && { budget }), storm: { watch: false } },
    models: Object.fromEntries(
      Object.entries(models).map(([each, retraining]) => [each, { ...model, retraining }]),
    ),
  }
}

let database: TestDatabase
const opened: { end(): Promise<void> }[] = []
beforeEach(async () => {
  database = await createDatabase()
  const { drop } = database
  opened.push({ end: drop })
  await migrate(database.pool)
})
after(async () => {
  for (const each of opened.reverse()) await each.end()
})

const ask = (
  settings: SettingsInput,
  n: number,
  { nowMs = start, db = database.pool, runKey = key(n), model = name(n) } = {},
) =>
  admitRetraining({ db, clock: () => nowMs }, settingsSchema.parse(settings), {
    ...{ model, wanted, runKey },
  })

const outcomes = async (asked: readonly ReturnType<typeof ask>[]) => {
  const all = await Promise.all(asked)
  return {
    admitted: all.filter(({ outcome }) => outcome === 'admitted').length,
    parked: all.flatMap((each) => (each.outcome === 'parked' ? [each.parked] : [])),
  }
}

const reserved = async (db: pg.Pool) => (await spentSince(db, new Date(0))).length

/** As the steward saves it when nothing is wanted any more. */
const settle = (model: string, nowMs: number) =>
  transaction(database.pool, async (client) => {
    await deleteWish(client, model)
    await settleReservations(client, model, null, new Date(nowMs))
  })

async function prepare(n: number) {
  const input = {
    ...{ model: name(n), prefix: '', runKey: key(n), incident: null },
    ...{ from: iso(0), requestedBy: [automaticRule], reason: 'drift' },
  }
  await insertRetraining(database.pool, input, 'settings')
}

test('many connections at once never reserve more than the budget has', async () => {
  const numbers = Array.from({ length: 40 }, (_, index) => index + 1)
  const settings = configured(Object.fromEntries(numbers.map((n) => [name(n), {}])), {
    ...{ runs: 7, per: '30d' },
  })
  const pools = Array.from({ length: 5 }, () => openPool(database.url, { max: 8 }))
  for (const pool of pools) opened.push({ end: () => pool.end() })
  // Each asks twice, as a worker does that never heard the answer to its first try.
  const asked = [...numbers, ...numbers].map((n, index) =>
    ask(settings, n, { db: pools[index % pools.length]! }),
  )
  const { admitted, parked } = await outcomes(asked)
  assert.equal(admitted, 14)
  assert.equal(parked.length, 66)
  assert.equal(await reserved(database.pool), 7)
  assert.equal((await listWishes(database.pool)).length, 33)
  assert.deepEqual(new Set(parked.map(({ until }) => until)).has(iso(start + 30 * day)), true)
})

test('a budget of cost holds as well, of models of different cost', async () => {
  const settings = configured(
    {
      [name(1)]: { cost: 4 },
      [name(2)]: { cost: 4 },
      [name(3)]: { cost: 3 },
      [name(4)]: { cost: 9 },
    },
    { cost: 10, per: '30d' },
  )
  await outcomes([1, 2, 3, 4].map((n) => ask(settings, n)))
  const spent = await spentSince(database.pool, new Date(0))
  const cost = spent.reduce((sum, each) => sum + each.cost, 0)
  assert.ok(cost <= 10, `${cost} of 10`)
  assert.ok(spent.length > 0)
})

describe('a process that is killed while it holds a reservation', () => {
  const settings = configured({ [name(1)]: {}, [name(2)]: {} }, { runs: 1, per: '30d' })

  async function killed(die: AdmitChildInput['die']): Promise<void> {
    const input: AdmitChildInput = {
      ...{ database: database.url, settings, nowMs: start, die },
      asking: { model: name(1), wanted, runKey: key(1) },
    }
    const file = fileURLToPath(new URL('../support/admit-child.ts', import.meta.url))
    const child = spawn(process.execPath, [file, JSON.stringify(input)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    if (die === 'before commit') await once(child.stdout!, 'data')
    // Whoever asks meanwhile waits for the turn that the other one will never give back by itself.
    else await ended
    const meanwhile = ask(settings, 2)
    const [, signal] = await ended
    assert.equal(signal, 'SIGKILL')
    assert.equal((await meanwhile).outcome, die === 'before commit' ? 'admitted' : 'parked')
  }

  test('before it is committed has reserved nothing, and keeps nobody waiting', async () => {
    await killed('before commit')
    assert.equal(await reserved(database.pool), 1)
    assert.equal((await ask(settings, 1)).outcome, 'parked')
  })

  test('after it is committed has reserved it once, however often it is asked again', async () => {
    await killed('after commit')
    for (let again = 0; again < 3; again++) {
      assert.equal((await ask(settings, 1)).outcome, 'admitted')
    }
    assert.equal(await reserved(database.pool), 1)
  })

  test('and whose run never came to be gives it back when its model wants nothing more', async () => {
    await killed('after commit')
    await settle(name(1), start)
    assert.equal(await reserved(database.pool), 0)
    assert.equal((await ask(settings, 2, { nowMs: start + day })).outcome, 'admitted')
  })
})

test('a run is given back only where no cluster was ever asked for it; a lost one has cost', async () => {
  const settings = configured(
    Object.fromEntries([1, 2, 3, 4, 5].map((n) => [name(n), { cost: 2 }])),
    { cost: 10, per: '30d' },
  )
  const { pool } = database
  const at = new Date(start)
  for (const n of [1, 2, 3, 4, 5]) {
    await ask(settings, n)
    if (n > 1) await prepare(n)
  }
  await markSubmitting(pool, key(3), at)
  await markRefused(pool, key(3))
  await markSubmitting(pool, key(4), at)
  await markEnded(pool, key(4), { state: 'lost', reason: 'nobody knows', at })
  await markSubmitting(pool, key(5), at)
  await markSubmitted(pool, key(5), 'job', at)
  await markEnded(pool, key(5), {
    state: 'succeeded',
    reason: 'the marker is complete',
    at,
    cost: 7.5,
  })
  for (const n of [1, 2, 3, 4, 5]) await settle(name(n), start)
  const spent = await spentSince(pool, new Date(0))
  assert.deepEqual(spent.map(({ model, cost }) => [model, cost]).sort(), [
    [name(4), 2],
    [name(5), 7.5],
  ])
})

test('a short budget goes to the model of the highest priority, whoever asks first at the end of the period', async () => {
  const settings = configured(
    { [name(1)]: {}, [name(2)]: { priority: 1 }, [name(3)]: { priority: 2 } },
    { runs: 1, per: '10d' },
  )
  assert.equal((await ask(settings, 1)).outcome, 'admitted')
  for (const n of [2, 3])
    assert.equal((await ask(settings, n, { nowMs: start + n })).outcome, 'parked')
  const nowMs = start + 10 * day
  for (const n of [2, 3]) await ask(settings, n, { nowMs: nowMs - 60_000 })
  const first = await ask(settings, 2, { nowMs })
  assert.ok(first.outcome === 'parked')
  assert.match(first.parked.reason, /model-3 comes first/)
  assert.equal((await ask(settings, 3, { nowMs })).outcome, 'admitted')
})
