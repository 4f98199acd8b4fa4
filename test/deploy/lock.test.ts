import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { withLock } from '../../deploy/local/lock.ts'
import { endProcess, identify, isAlive, parseStat } from '../../deploy/local/process-identity.ts'

const folder = mkdtempSync(join(tmpdir(), 'lock-'))
after(() => rmSync(folder, { recursive: true }))

test('a process is known by its id and start time, not by its id alone', async () => {
  const child = spawn('sleep', ['30'])
  const recorded = identify(child.pid!)!
  assert.equal(isAlive(recorded), true)
  assert.equal(isAlive({ ...recorded, startedAt: '1' }), false)
  await endProcess({ ...recorded, startedAt: '1' })
  assert.equal(isAlive(recorded), true, 'a process with another start time is left alone')
  await endProcess(recorded)
  assert.equal(isAlive(recorded), false)
})

test('a program name with brackets and spaces does not move the start time', () => {
  const tail = Array.from({ length: 18 }, () => '0').join(' ')
  assert.equal(parseStat(7, `7 (a) b) S ${tail} 4711 0`)?.startedAt, '4711')
  assert.equal(parseStat(7, `7 (gone) Z ${tail} 4711 0`), null)
})

test('holders of one lock take turns, and whoever waits is told once', async () => {
  const name = join(folder, 'turns')
  let inside = 0
  let told = 0
  const work = async () => {
    assert.equal(++inside, 1)
    await new Promise((resolve) => setTimeout(resolve, 250))
    inside--
  }
  await Promise.all([1, 2].map(() => withLock(name, work, () => told++)))
  assert.equal(told, 1)
})

test('a lock whose holder was killed is free again', async () => {
  const name = join(folder, 'killed')
  const lock = new URL('../../deploy/local/lock.ts', import.meta.url).href
  const program = `import { withLock } from ${JSON.stringify(lock)}
    await withLock(${JSON.stringify(name)}, () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1e6)) })`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program])
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  const second = withLock(name, async () => 'mine')
  assert.equal(await Promise.race([second, delay(300)]), 'still held')
  holder.kill('SIGKILL')
  assert.equal(await second, 'mine')
})

const delay = (ms: number) =>
  new Promise<string>((resolve) => setTimeout(() => resolve('still held'), ms))
