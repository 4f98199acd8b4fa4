import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decisionKeys } from '../../deploy/local/decision-keys.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { serverSettings } from '../../deploy/local/settings.ts'
import { createDatabase } from '../support/database.ts'
import { until } from '../support/gate-world.ts'
import { servers } from '../support/servers.ts'

const main = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'driftgate-gateway-'))
after(() => rmSync(folder, { recursive: true }))

/** A configuration file for the real servers; JSON is YAML too. */
function configFile(postgres: string, gateway: string, keys = decisionKeys(folder)): string {
  const file = join(folder, `driftgate-${Math.random().toString(36).slice(2)}.yaml`)
  const settings = serverSettings({
    addresses: { ...servers(), postgres },
    gateway,
    objects: folder,
    ...keys,
  })
  writeFileSync(file, JSON.stringify({ ...settings, models: {} }))
  return file
}

function start(file: string) {
  const child = spawn(process.execPath, [main, '--config', file])
  let log = ''
  child.stdout.on('data', (bytes: Buffer) => {
    log += bytes
  })
  return { child, log: () => log }
}

test('the process migrates, listens on loopback, and ends on SIGTERM', async () => {
  const database = await createDatabase()
  const url = `http://127.0.0.1:${await freePort()}`
  const { child, log } = start(configFile(database.url, url))
  try {
    const answers = () => fetch(`${url}/healthz`).then((response) => response.ok)
    await until(() => answers().catch(() => false))
    const refused = await fetch(`${url}/v1/models`)
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    assert.equal(code, 0, log())
  } finally {
    child.kill('SIGKILL')
    await database.drop()
  }
})

test('a key that is not there is said so by its setting, and the process ends', async () => {
  const keys = { signingKey: join(folder, 'absent.pem'), publicKey: join(folder, 'absent.pem') }
  const { child, log } = start(configFile(servers().postgres, 'http://127.0.0.1:1', keys))
  const [code] = await once(child, 'exit')
  assert.equal(code, 1)
  assert.match(log(), /CONFIG_SECRET_MISSING/)
  assert.match(log(), /gateway\.signingKey/)
})

test('PostgreSQL that starts later is waited for', async () => {
  const postgres = `postgres://nobody@127.0.0.1:${await freePort()}/x`
  const { child, log } = start(configFile(postgres, 'http://127.0.0.1:1'))
  await until(async () => log().includes('PostgreSQL does not answer yet'))
  assert.equal(child.exitCode, null)
  child.kill('SIGKILL')
  await once(child, 'exit')
})
