import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { SettingsInput } from '../../contracts/config.ts'
import { createDatabase } from '../support/database.ts'
import { until } from '../support/gate-world.ts'
import { secureBroker } from '../support/secure-broker.ts'
import { servers } from '../support/servers.ts'

const folder = await mkdtemp(join(tmpdir(), 'driftgate-workers-'))
const database = await createDatabase()
const children: ChildProcess[] = []
after(async () => {
  for (const child of children) child.kill('SIGKILL')
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

test('every worker migrates, says where its metrics are, and ends by itself on SIGTERM', async () => {
  const prefix = `workers-${randomBytes(4).toString('hex')}/`
  const config = await configuration({ prefix })
  for (const queue of ['orchestration', 'scan', 'training', 'release']) {
    const { child, output } = start(queue, config)
    await until(async () => output().includes('metrics http'))
    assert.match(output(), new RegExp(`worker ${queue}: queue ${prefix}${queue}, `))
    // A gauge is there from the first poll on, which comes after the start.
    const address = /http:\S+/.exec(output())![0]
    await until(async () => (await (await fetch(address)).text()).includes('temporal_num_pollers'))
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    assert.equal(code, 0)
  }
})

test('a worker whose Temporal is not there says so and goes on trying', async () => {
  const { child, output } = start('orchestration', await configuration({ temporal: '127.0.0.1:1' }))
  await until(async () => output().includes('TEMPORAL_UNREACHABLE'))
  assert.match(output(), /does not answer at 127.0.0.1:1; trying again in/)
  assert.equal(child.exitCode, null)
})

test('a configuration that is not there ends a worker with its code and no stack trace', async () => {
  const { child, output } = start('scan', join(folder, 'nowhere.yaml'))
  await once(child, 'close')
  assert.match(output(), /error\[CONFIG_MISSING\]/)
  assert.doesNotMatch(output(), /\n\s+at /)
  assert.equal(child.exitCode, 2)
})

test('workers sign in to a secured broker as configured, and a wrong password ends them with its code', async () => {
  const broker = await secureBroker('worker', 'open sesame')
  try {
    const password = join(folder, 'kafka-password')
    const kafka: SettingsInput['kafka'] = {
      brokers: [broker.saslSsl],
      ssl: { ca: broker.certificates.ca },
      sasl: { mechanism: 'scram-sha-256', username: 'worker', password: { file: password } },
    }
    await writeFile(password, 'open sesame\n')
    const prefix = `workers-${randomBytes(4).toString('hex')}/`
    const schemas = { url: 'http://127.0.0.1:1' }
    const config = await configuration({ kafka, prefix, schemas })
    for (const queue of ['scan', 'training']) {
      const { child, output } = start(queue, config)
      await until(async () => output().includes(`worker ${queue}: queue`))
      child.kill('SIGTERM')
      assert.equal((await once(child, 'exit'))[0], 0)
    }
    await writeFile(password, 'something else')
    const { child, output } = start('scan', config)
    await once(child, 'close')
    assert.match(output(), /error\[KAFKA_SIGN_IN_REFUSED\]: 127\.0\.0\.1:\d+ refuses the sign-in/)
    assert.doesNotMatch(output(), /something else|\n\s+at /)
    assert.equal(child.exitCode, 1)
  } finally {
    await broker.close()
  }
})

function start(queue: string, config: string): { child: ChildProcess; output: () => string } {
  const program = fileURLToPath(new URL(`../../workers/${queue}.ts`, import.meta.url))
  const child = spawn(process.execPath, [program, '--config', config])
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += bytes))
  return { child, output: () => text }
}

async function configuration(changes: {
  prefix?: string
  temporal?: string
  kafka?: SettingsInput['kafka']
  schemas?: SettingsInput['schemas']
}): Promise<string> {
  const addresses = servers()
  const { publicKey } = generateKeyPairSync('ed25519')
  const keyFile = join(folder, 'public.pem')
  await writeFile(keyFile, publicKey.export({ format: 'pem', type: 'spki' }))
  const settings: SettingsInput = {
    kafka: changes.kafka ?? { brokers: [addresses.kafka] },
    ...(changes.schemas && { schemas: changes.schemas }),
    postgres: { url: database.url },
    temporal: { address: changes.temporal ?? addresses.temporal, prefix: changes.prefix ?? '' },
    cluster: {
      kind: 'spark-standalone',
      rest: addresses.sparkRest,
      web: addresses.sparkMasterWeb,
      master: addresses.sparkMaster,
      job: { script: 'job.py', python: addresses.python },
    },
    registry: { kind: 'mlflow', url: addresses.mlflow },
    objects: { folder: 'objects' },
    gateway: {
      url: 'http://127.0.0.1:1',
      issuer: 'http://127.0.0.1:1',
      publicKey: { file: keyFile },
    },
    models: {},
  }
  const file = join(folder, `${randomBytes(4).toString('hex')}.yaml`)
  // JSON is YAML.
  await writeFile(file, JSON.stringify(settings))
  return file
}
