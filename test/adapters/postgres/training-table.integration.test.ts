import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { checkTrainingTable, isOfPostgres } from '../../../adapters/postgres/training-table.ts'
import { createDatabase } from '../../support/database.ts'

const database = await createDatabase()
after(() => database.drop())
await database.pool.query(`
  create schema risk;
  create table risk.loans (key text, asked timestamptz, day date, paid boolean, amount numeric);`)

const { host, pathname, username, password } = new URL(database.url)
const table = {
  ...{ kind: 'jdbc' as const, url: `jdbc:postgresql://${host}${pathname}`, driver: 'unused' },
  ...{ table: 'risk.loans', user: username, password: { env: 'UNUSED' } },
  columns: { id: 'key', time: 'asked', label: 'paid' },
}

test('a table with every column is fit to be trained on', async () => {
  await checkTrainingTable(table, password, ['amount'])
  const byDay = { ...table, columns: { ...table.columns, time: 'day' } }
  await checkTrainingTable(byDay, password, ['amount'])
})

test('what is missing is named', async () => {
  const unfit = (message: RegExp) => ({ code: 'TRAINING_TABLE_UNFIT', message })
  await assert.rejects(
    checkTrainingTable(table, password, ['amount', 'region', 'age']),
    unfit(/^risk\.loans cannot be trained on: it has no column region, age/),
  )
  const byAmount = { ...table, columns: { ...table.columns, time: 'amount' } }
  await assert.rejects(
    checkTrainingTable(byAmount, password, []),
    unfit(/column amount is numeric, and has to be a time/),
  )
  await assert.rejects(
    checkTrainingTable({ ...table, table: 'risk.none' }, password, []),
    unfit(/"risk\.none" does not exist|relation .* does not exist/),
  )
})

test('a database that does not answer is another matter', async () => {
  const url = 'jdbc:postgresql://127.0.0.1:1/none'
  await assert.rejects(checkTrainingTable({ ...table, url }, password, []), {
    code: 'TRAINING_TABLE_UNREACHABLE',
  })
  assert.equal(isOfPostgres({ url }), true)
  assert.equal(isOfPostgres({ url: 'jdbc:snowflake://a/' }), false)
})
