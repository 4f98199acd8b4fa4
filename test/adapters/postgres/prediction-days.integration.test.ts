import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { transaction } from '../../../adapters/postgres/pool.ts'
import {
  dropDay,
  ensurePredictionDays,
  idleDays,
} from '../../../adapters/postgres/prediction-days.ts'
import { PredictionRows } from '../../../adapters/postgres/prediction-rows.ts'
import { insertPredictions } from '../../../adapters/postgres/predictions.ts'
import { createDatabase } from '../../support/database.ts'

const dayMs = 86_400_000
const database = await createDatabase()
after(() => database.drop())

/** One row of each of these days, as a slice of them all would bring it. */
async function keep(times: readonly number[]): Promise<void> {
  const from = { reading: 1, partition: 0, from: 0n }
  const rows = new PredictionRows(from, { prediction: false, segments: false, joined: false })
  for (const [i, timeMs] of times.entries()) {
    rows.row(timeMs, i, '1', 0.5)
    rows.id(`id-${i}`)
    rows.digest('0123456789abcdef')
  }
  const settled = rows.settle(1)
  await ensurePredictionDays(database.pool, [settled])
  await transaction(database.pool, (client) => insertPredictions(client, settled))
}

const count = async (sql: string) =>
  Number((await database.pool.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n)
const tables = () => count("pg_partition_tree('predictions') where isleaf")

test('event times over decades make so many tables and no more; days about now have one each, whatever came before', async () => {
  await migrate(database.pool)
  const old = Array.from({ length: 450 }, (_, i) => Date.UTC(1990, 0, 1) + i * 29 * dayMs)
  await keep(old)
  assert.equal(await tables(), 401)
  assert.equal(await count('predictions_other'), 50)
  await keep([Date.now(), Date.now() - 30 * dayMs, Date.now() + dayMs / 2])
  assert.equal(await count('predictions_other'), 50)
  assert.equal(await count('predictions'), 453)

  const since = new Date(Date.now() + 2 * dayMs)
  const days = await idleDays(database.pool, since)
  assert.equal(days.length, await count('prediction_days'))
  const last = new Date(old.at(-1) as number).toISOString().slice(0, 10)
  assert.ok(days.includes(last))
  await database.pool.query(`insert into binnings (digest, model, binning) values ('b', 'm', '{}')`)
  await database.pool.query(
    `insert into readings (id, model, topic, binning, definition, number) overriding system value
     values ('r', 'm', 't', 'b', '{}', 1)`,
  )
  assert.equal(await dropDay(database.pool, last, since), 1, 'its own row of those that share')
  assert.equal(await count('predictions_other'), 49)
  const before = await tables()
  const first = new Date(old[0] as number).toISOString().slice(0, 10)
  assert.equal(await dropDay(database.pool, first, since), 1)
  assert.equal(await tables(), before - 1)
  await keep([old.at(-1) as number])
  assert.equal(await count('predictions_other'), 49, 'there is room for a table again')
  assert.equal(await tables(), before)
})
