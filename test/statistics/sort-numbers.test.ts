import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sortNumbers } from '../../statistics/sort-numbers.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const next = mulberry32(11)
const draws: Readonly<Record<string, () => number>> = {
  normal: () => normal(next),
  'of 300 orders of magnitude': () => normal(next) * 10 ** (600 * next() - 300),
  'few distinct': () => Math.floor(next() * 7) - 3,
  'equal but for the last bits': () => 1e9 + next() * 1e-6,
  'with zeros of both signs and infinities': () => {
    const special = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324]
    return next() < 0.5 ? (special[Math.floor(next() * 5)] as number) : normal(next)
  },
}

for (const [name, draw] of Object.entries(draws)) {
  test(`sortNumbers puts 20,000 values, ${name}, in the order of the built-in sort`, () => {
    const values = Float64Array.from({ length: 20_000 }, draw)
    const expected = values.slice().sort()
    const sorted = sortNumbers(values)
    assert.ok(sorted.every((value, i) => Object.is(value, expected[i])))
  })
}

test('sortNumbers sorts a part of a buffer and leaves the rest', () => {
  const all = Float64Array.from({ length: 10_001 }, () => normal(next))
  const [first, rest] = [all[0], all.slice(1).sort()]
  sortNumbers(all.subarray(1))
  assert.equal(all[0], first)
  assert.deepEqual(all.slice(1), rest)
})
