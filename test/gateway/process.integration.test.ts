import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decisionKeys } from '../../deploy/local/decision-keys.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { serverSettings } from '../../deploy/local/settings.ts'
import { closableProxy } from '../support/closable-proxy.ts'
import { createDatabase } from '../support/database.ts'
import { until } from '../support/gate-world.ts'
import { servers } from '../support/servers.ts'

const main = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'driftgate-gateway-'))
after(() => rmSync(folder, { recursive: true }))

type Keys = ReturnType<typeof decisionKeys> & { readonly drain: string }

const isOk = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )

/** A configuration file for the real servers; JSON is YAML too. */
function configFile(postgres: string, gateway: string, more: Partial<Keys> = {}): string {
  const file = join(folder, `driftgate-${Math.random().toString(36).slice(2)}.yaml`)
  const settings = serverSettings({
    addresses: { ...servers(), postgres },
    gateway,
    objects: folder,
    ...{ ...decisionKeys(folder), ...more },
  })
  const { drain = '0s' } = more
  const written = { ...settings, gateway: { ...settings.gateway, drain }, models: {} }
  writeFileSync(file, JSON.stringify(written))
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

test('the process migrates, listens on loopback, and is ready once what it needs answers', async () => {
  const database = await createDatabase()
  const through = await closableProxy(database.url)
  const url = `http://127.0.0.1:${await freePort()}`
  const { child, log } = start(configFile(through.url, url))
  try {
    await until(() => isOk(`${url}/readyz`))
    const refused = await fetch(`${url}/v1/models`)
    assert.equal(refused.status, 401)
    assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/)

    through.shut()
    await until(async () => !(await isOk(`${url}/readyz`)))
    const problem = await fetch(`${url}/readyz`)
    assert.equal(problem.status, 503)
    assert.equal(problem.headers.get('retry-after'), '5')
    const { code, detail } = (await problem.json()) as { code: string; detail: string }
    assert.equal(code, 'GATEWAY_NOT_READY')
    assert.match(detail, /^the gateway takes no work: PostgreSQL does not answer at postgres\.url$/)
    assert.ok(await isOk(`${url}/healthz`), 'the process itself is well')
    through.open()
    await until(() => isOk(`${url}/readyz`))
    child.kill('SIGTERM')
    const [status] = await once(child, 'exit')
    assert.equal(status, 0, log())
  } finally {
    child.kill('SIGKILL')
    await through.close()
    await database.drop()
  }
})

test('on SIGTERM it is not ready first, then finishes what is under way, and ends', async () => {
  const database = await createDatabase()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { child, log } = start(configFile(database.url, url, { drain: '4s' }))
  try {
    await until(() => isOk(`${url}/readyz`))
    const pending = connect(port, '127.0.0.1')
    let answer = ''
    pending.on('data', (bytes: Buffer) => {
      answer += bytes
    })
    pending.write('PUT /v1/config HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n')
    pending.write('content-length: 2\r\nconnection: close\r\n\r\n{')
    await once(pending, 'connect')
    child.kill('SIGTERM')
    await until(async () => !(await isOk(`${url}/readyz`)))
    const problem = await fetch(`${url}/readyz`)
    assert.match(await problem.text(), /it is about to end/)
    assert.ok(await isOk(`${url}/healthz`), 'it still answers')
    await until(() =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    )
    assert.equal(child.exitCode, null, 'a request is still under way')
    pending.write('}')
    const [status] = await once(child, 'exit')
    assert.equal(status, 0, log())
    assert.match(answer, /^HTTP\/1\.1 401 /)
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
