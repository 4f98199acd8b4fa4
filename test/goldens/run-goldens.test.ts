import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Adapter } from './adapter.ts'
import { differences } from './compare.ts'
import { materialise } from './series.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const right = {
  id: 'a',
  method: 'special',
  input: { fn: 'norm_sf', args: [0] },
  expected: { value: 0.5 },
}

function goldens(cases: readonly object[]) {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-goldens-'))
  const file = { schema: 'driftgate-goldens/1', made_with: {}, cases }
  writeFileSync(join(folder, 'family.json'), JSON.stringify(file))
  const { status, stdout } = spawnSync(process.execPath, [main, folder], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return { status, stdout }
}

test('a right number passes, and the last line counts it', () => {
  const { status, stdout } = goldens([right])
  assert.equal(status, 0)
  assert.match(stdout, /\n1 passed, 0 failed, 0 unknown\n$/)
})

test('a wrong number fails and is shown beside the right one', () => {
  const { status, stdout } = goldens([right, { ...right, id: 'b', expected: { value: 0.6 } }])
  assert.equal(status, 1)
  assert.match(stdout, /failed b\n.*value is 0\.5, not 0\.6/)
})

test('a method that nothing computes is unknown and counts as failed', () => {
  const { status, stdout } = goldens([{ ...right, method: 'phrenology' }])
  assert.equal(status, 1)
  assert.match(stdout, /0 passed, 0 failed, 1 unknown/)
})

test('an input that is not the one of the file fails before anything is computed', () => {
  const spec = { gen: 'uniform', seed: 1, n: 3, lo: 0, hi: 1 }
  const values = materialise({ x: spec }, undefined) as { x: Float64Array }
  const [first, second, third] = values.x as unknown as [number, number, number]
  const check = { n: 3, sum: first + second + third, first: [first, second, third], last: third }
  materialise({ x: spec }, { x: check })
  assert.throws(() => materialise({ x: spec }, { x: { ...check, last: 0 } }), /input\.x is not/)
})

test('small numbers may differ absolutely, small probabilities may not', () => {
  const adapter: Adapter<unknown> = { compute: () => ({}) }
  assert.deepEqual(differences(adapter, {}, { d: 1e-13 }, { d: 2e-13 }), [])
  assert.equal(differences(adapter, {}, { p: 1e-13 }, { p: 2e-13 }).length, 1)
  assert.equal(differences(adapter, {}, {}, { d: 1 }).length, 1)
  assert.deepEqual(differences(adapter, {}, {}, { d: null, e: { error: 'ValueError' } }), [])
  assert.equal(differences(adapter, {}, { e: 1 }, { e: { error: 'ValueError' } }).length, 1)
  assert.equal(differences(adapter, {}, { list: [1] }, { list: [1, 2] }).length, 1)
})
