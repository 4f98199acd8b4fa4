import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { configuredDatabase } from '../../support/configured-database.ts'

const database = await configuredDatabase()
after(() => database.drop())

/** The last statement of the migration, as it is. */
const file = readFileSync(
  new URL('../../../migrations/050-row-encryption.sql', import.meta.url),
  'utf8',
)
const statement = file.slice(file.indexOf('update config_versions'))

test('what was applied with log.keepSample says the same by data.rows, and all else stays', async () => {
  const { pool } = database
  const rest = { environment: 'local', chat: {} }
  const model = (log: object) => ({ critical: true, log: { topic: 't', ...log } })
  const before = {
    ...rest,
    models: {
      a: model({ keepSample: false, keepBadBytes: true }),
      b: model({ keepSample: true }),
      c: model({}),
    },
  }
  const untouched = { ...rest, models: { c: model({}) } }
  for (const settings of [before, untouched, {}]) {
    await pool.query(
      `insert into config_versions (digest, text, settings, applied_by) values ('x', '', $1, 'test')`,
      [JSON.stringify(settings)],
    )
  }
  await pool.query(statement)
  const { rows } = await pool.query('select settings from config_versions order by id offset 1')
  assert.deepEqual(
    rows.map(({ settings }) => settings),
    [
      {
        ...rest,
        models: {
          a: { ...model({ keepBadBytes: true }), data: { rows: 'needed' } },
          b: model({}),
          c: model({}),
        },
      },
      untouched,
      {},
    ],
  )
})
