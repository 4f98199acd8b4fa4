import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { referenceInForce } from '../../../adapters/postgres/references.ts'
import type { SettingsInput } from '../../../contracts/config.ts'
import { serverSettings } from '../../../deploy/local/settings.ts'
import { trainingRows } from '../../../examples/first-version/example-rows.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { servers } from '../../support/servers.ts'
import { type JobFolder, jobFolder } from '../../support/training-cluster.ts'

const program = fileURLToPath(new URL('../../../examples/first-version/main.ts', import.meta.url))

describe('a first version from labelled rows, on the real servers', () => {
  const model = `first-${randomBytes(4).toString('hex')}`
  let database: TestDatabase
  let folder: JobFolder
  let config: string

  before(async () => {
    database = await createDatabase()
    folder = await jobFolder()
    config = join(folder.path, 'driftgate.yaml')
    const none = join(folder.path, 'none.pem')
    const written: SettingsInput = {
      ...serverSettings({
        addresses: { ...servers(), postgres: database.url },
        gateway: 'http://127.0.0.1:1',
        // Beside the configuration, as a person would write it.
        objects: 'objects',
        ...{ signingKey: none, publicKey: none },
      }),
      models: {
        [model]: {
          log: { topic: `${model}.predictions` },
          features: {
            amount: { type: 'numeric' },
            region: { type: 'categorical' },
            returning: { type: 'boolean' },
          },
          window: { length: '1d', bucket: '1h', anchor: '2026-01-01T00:00:00Z' },
          serving: { url: 'http://127.0.0.1:1' },
        },
      },
    }
    await writeFile(config, stringify(written))
  })
  after(async () => {
    await database.drop()
    await folder.remove()
  })

  async function firstVersion(rows: readonly object[]) {
    const file = join(folder.path, 'rows.jsonl')
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
    const words = ['--config', config, '--model', model, '--rows', file]
    const child = spawn(process.execPath, [program, ...words])
    const written = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => (written.out += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (written.err += text))
    const [status] = await once(child, 'close')
    return { status, ...written }
  }

  const rows = trainingRows(Date.parse('2026-03-10T15:00:00Z'))
    .slice(0, 3_000)
    .map(({ timeMs, ...row }) => ({ ...row, time: new Date(timeMs).toISOString() }))

  test('is champion with its reference, once, and no other takes its place', async () => {
    const first = await firstVersion(rows)
    assert.equal(first.status, 0, first.err)
    assert.match(first.err, /3,000 labelled rows are valid/)
    assert.match(first.err, /first version of \S+ {2}fitting gradient-boosting on 2,100 of 3,000/)
    assert.match(first.out, /version 1 is the champion .*alias champion/)
    assert.match(first.out, /reference "training" of version 1 is in force: .*2026-02-06 to/)
    const reference = await referenceInForce(database.pool, model)
    assert.equal(reference?.version, '1')
    assert.deepEqual(reference?.binning.features.map(({ name }) => name).toSorted(), [
      '(score)',
      'amount',
      'region',
      'returning',
    ])

    const again = await firstVersion(rows)
    assert.deepEqual([again.status, again.out], [0, first.out])
    assert.match(again.err, /it was trained on these rows before/)

    const other = await firstVersion(rows.slice(1))
    assert.equal(other.status, 2)
    assert.match(other.err, /error\[USAGE\]: \S+ has a champion already, version 1\n/)
    assert.match(other.err, /driftgate retrain/)
    assert.equal(other.out, '')
  })
})
