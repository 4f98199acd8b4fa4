import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chiSquareSf } from '../../statistics/special.ts'
import { tabulatedTail } from '../../statistics/tabulated-tail.ts'

test('a tail read from its table differs by less than 1e-5, and is worked out at most once a step', () => {
  let calls = 0
  const tail = tabulatedTail(
    (x) => {
      calls++
      return chiSquareSf(x, 3)
    },
    1,
    1 / 16,
  )
  for (let x = 1; x < 60; x += 0.0037) {
    assert.ok(Math.abs(tail(x) / chiSquareSf(x, 3) - 1) < 1e-5, String(x))
  }
  assert.ok(calls < 60 * 16, String(calls))
})

test('beyond both ends of the table it is the function itself', () => {
  const tail = tabulatedTail((x) => chiSquareSf(x, 3), 1, 1 / 16)
  for (const x of [0, 0.3, 0.99, 900, 1_350]) assert.equal(tail(x), chiSquareSf(x, 3))
})
