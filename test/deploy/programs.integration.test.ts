import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { down, status, up } from '../../deploy/local/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-programs-'))
chmodSync(folder, 0o755)
after(async () => {
  await down(folder)
  rmSync(folder, { recursive: true, force: true })
})

test('a supervisor that was killed leaves servers that the next one finds by identity and uses again', async () => {
  const index = new URL('../../deploy/local/index.ts', import.meta.url).href
  const program = `import { up } from ${JSON.stringify(index)}
    await up({ folder: ${JSON.stringify(folder)}, only: ['postgres'] })
    console.log('up')
    setInterval(() => {}, 1e6)`
  const supervisor = spawn(process.execPath, ['--input-type=module', '-e', program])
  await new Promise((resolve) => supervisor.stdout.once('data', resolve))
  supervisor.kill('SIGKILL')
  const [before] = status(folder)
  assert.equal(before?.running, true)
  const { postgres } = await up({ folder, only: ['postgres'] })
  const [now] = status(folder)
  assert.equal(now?.pid, before?.pid)
  const client = new pg.Client({ connectionString: postgres })
  await client.connect()
  await client.query('create table kept (id int)')
  await client.end()
})

test('a server that was killed is started again on the same port with its data', async () => {
  const [before] = status(folder)
  process.kill(before?.pid ?? 0, 'SIGKILL')
  const { postgres } = await up({ folder, only: ['postgres'] })
  const [now] = status(folder)
  assert.notEqual(now?.pid, before?.pid)
  const client = new pg.Client({ connectionString: postgres })
  await client.connect()
  await client.query('select from kept')
  await client.end()
})

test('down ends what the project started and nothing else', async () => {
  const bystander = spawn('sleep', ['60'])
  assert.deepEqual(await down(folder), ['postgres'])
  assert.equal(status(folder).length, 0)
  assert.equal(bystander.exitCode, null)
  bystander.kill()
})
