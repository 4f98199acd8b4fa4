import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { trainingTableProbes } from '../../../cli/check/training-tables.ts'
import type { SettingsInput } from '../../../contracts/config.ts'
import { createDatabase } from '../../support/database.ts'
import { clusterSettings } from '../../support/training-cluster.ts'
import { trainingSettings } from '../../support/training-settings.ts'

const database = await createDatabase()
await database.pool.query(
  'create table loans (id text, time timestamptz, label boolean, amount float8, region text)',
)
const folder = await mkdtemp(join(tmpdir(), 'driftgate-check-'))
await writeFile(join(folder, 'password'), new URL(database.url).password)
after(async () => {
  await rm(folder, { recursive: true })
  await database.drop()
})

type Source = NonNullable<SettingsInput['models'][string]['retraining']>['source']

async function probe(source: Source, features?: SettingsInput['models'][string]['features']) {
  const settings = trainingSettings('loan', clusterSettings('/none.py'), {
    retraining: { source },
    ...(features && { features }),
  })
  const [found] = trainingTableProbes({ settings })
  assert.equal(found?.name, 'Training rows of loan')
  return found.run()
}

const { host, pathname, username } = new URL(database.url)
const table = {
  ...{ kind: 'jdbc' as const, url: `jdbc:postgresql://${host}${pathname}`, table: 'loans' },
  ...{ user: username, password: { file: join(folder, 'password') } },
}

test('the columns of a table are looked at, a derived feature being what it is made of', async () => {
  assert.equal((await probe(table)).note, 'its columns are there')
  const features = { time: { type: 'timestamp' as const }, amount: { type: 'numeric' as const } }
  assert.equal((await probe(table, features)).note, 'its columns are there')
  await assert.rejects(probe(table, { ...features, age: { type: 'numeric' } }), {
    code: 'TRAINING_TABLE_UNFIT',
    message: /no column age/,
  })
})

test('what cannot be looked at from here is said', async () => {
  const other = { ...table, url: 'jdbc:snowflake://a.example.org/', driver: 'a.Driver' }
  assert.match(String((await probe(other)).note), /^not looked at/)
  assert.match(String((await probe({ kind: 'parquet', path: folder })).note), /by the job$/)
  await assert.rejects(probe({ kind: 'parquet', path: join(folder, 'none') }), {
    code: 'TRAINING_TABLE_UNREACHABLE',
  })
})
