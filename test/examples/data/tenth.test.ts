import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosen } from '../../../examples/data/tenth.ts'

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index)

test('the tenth is the same rows every time, spread evenly over any stretch', () => {
  for (const from of [0, 1_000_000, 2_900_000]) {
    const taken = numbers(from, from + 50_000).filter((number) => chosen(number, 'tenth')).length
    assert.ok(Math.abs(taken - 5_000) < 200, `${taken} of 50,000`)
  }
  const first = numbers(0, 100).filter((number) => chosen(number, 'tenth'))
  assert.deepEqual(first, [8, 25, 39, 41, 59, 72, 76, 80, 85, 93])
})

test('full takes every row', () => {
  assert.ok(numbers(0, 1_000).every((number) => chosen(number, 'full')))
})
