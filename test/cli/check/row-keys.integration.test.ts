import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { postgresProbe } from '../../../cli/check/servers.ts'
import { createDatabase } from '../../support/database.ts'
import { clusterSettings } from '../../support/training-cluster.ts'
import { trainingSettings } from '../../support/training-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-keys-'))
const database = await createDatabase()
await migrate(database.pool)
after(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

function checked(key: string | null) {
  const file = join(folder, randomBytes(4).toString('hex'))
  if (key !== null) writeFileSync(file, key)
  const encryption = { keys: [{ id: 'a', key: { file } }] }
  const settings = trainingSettings('m', clusterSettings('/none.py'), { data: { encryption } })
  const own = { ...settings, postgres: { url: database.url } }
  return postgresProbe({ settings: own } as never).run()
}

test('whose rows are encrypted is told, and a key that is missing or too short is refused by its setting', async () => {
  const { note } = (await checked(randomBytes(32).toString('base64'))) as { note: string }
  assert.match(note, /has our tables; rows encrypted of m/)
  const message = /models\.m\.data\.encryption\.keys\[0\]\.key/
  await assert.rejects(checked(randomBytes(16).toString('base64')), {
    ...{ code: 'CONFIG_SECRET_INVALID', message },
  })
  await assert.rejects(checked(null), { code: 'CONFIG_SECRET_MISSING', message })
})
