import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkModel } from '../../contracts/settings-rules.ts'
import { retrainingSource } from '../../contracts/training-table.ts'

const table = {
  ...{ kind: 'jdbc', url: 'jdbc:postgresql://db:5432/risk', table: 'scoring.loans' },
  ...{ user: 'reader', password: { env: 'WAREHOUSE' } },
}

test('a table is named with its columns, which have names of their own', () => {
  const { columns, driver } = retrainingSource.parse(table) as { columns: object; driver: string }
  assert.deepEqual(columns, { id: 'id', time: 'time', label: 'label' })
  assert.equal(driver, 'org.postgresql.Driver')
})

test('no password is written down, and no query passes as a table', () => {
  const refused = (changes: object, message: RegExp) => {
    const { error } = retrainingSource.safeParse({ ...table, ...changes })
    assert.match(String(error?.message), message)
  }
  refused({ password: 'hush' }, /password/)
  refused({ url: 'jdbc:postgresql://db/risk?user=a&password=hush' }, /settings of their own/)
  refused({ url: 'jdbc:postgresql://a:hush@db/risk' }, /settings of their own/)
  refused({ url: 'postgresql://db/risk' }, /begins with jdbc:/)
  refused({ table: '(select 1) as x' }, /expected a name/)
})

test('rows are learned from only where a section says what a label is', () => {
  const model = {
    log: { topic: 'p' },
    features: { amount: { type: 'numeric' } },
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
    retraining: { source: table },
  }
  const problems = (raw: object) => checkModel(raw, null).map(({ path }) => path.join('.'))
  assert.deepEqual(problems(model), ['retraining.source'])
  assert.deepEqual(problems({ ...model, labels: { topic: 'l' } }), [])
})
