import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOptions, usageOf } from '../../bench/options.ts'

const bench = { options: { rows: 100, json: '', quick: false } }

test('what is left out stands at its default', () => {
  assert.deepEqual(parseOptions(bench, []), { rows: 100, json: '', quick: false })
})

test('whole numbers, texts and flags are read by the type of their default', () => {
  const words = ['--rows', '7', '--json', '7', '--quick']
  assert.deepEqual(parseOptions(bench, words), { rows: 7, json: '7', quick: true })
})

test('what is no whole number above 0, and what no bench knows, is refused', () => {
  for (const words of [['--rows', '0'], ['--rows', '1.5'], ['--speed', '2'], ['--quick=yes']]) {
    assert.throws(() => parseOptions(bench, words), Error, words.join(' '))
  }
})

test('the usage names each option as one types it', () => {
  assert.equal(usageOf(bench), '--rows 100 [--json TEXT] [--quick]')
})
