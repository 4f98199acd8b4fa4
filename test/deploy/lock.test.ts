import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { withLock } from '../../deploy/local/lock.ts'
import { identify, isAlive, parseStat } from '../../deploy/local/process-identity.ts'

const folder = mkdtempSync(join(tmpdir(), 'lock-'))
after(() => rmSync(folder, { recursive: true }))

test('a process is known by its id and start time, not by its id alone', async () => {
  const child = spawn('sleep', ['30'])
  const recorded = identify(child.pid!)!
  assert.equal(isAlive(recorded), true)
  assert.equal(isAlive({ ...recorded, startedAt: '1' }), false)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.on('exit', resolve))
  assert.equal(isAlive(recorded), false)
})

test('a program name with brackets and spaces does not move the start time', () => {
  const tail = Array.from({ length: 18 }, () => '0').join(' ')
  assert.equal(parseStat(7, `7 (a) b) S ${tail} 4711 0`)?.startedAt, '4711')
  assert.equal(parseStat(7, `7 (gone) Z ${tail} 4711 0`), null)
})

test('two holders of one lock take turns', async () => {
  const file = join(folder, 'turns')
  let inside = 0
  const work = async () => {
    assert.equal(++inside, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    inside--
  }
  await Promise.all([withLock(file, work), withLock(file, work)])
})

test('a lock whose owner has died is taken over', async () => {
  const file = join(folder, 'stale')
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: '1' }))
  assert.equal(await withLock(file, async () => 'mine'), 'mine')
})
