import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evidently } from '../../../statistics/compat/evidently.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

const next = mulberry32(3)
const numbers = (n: number, values: number) =>
  Array.from({ length: n }, (_, i) => (i < values ? i : Math.floor(next() * values)))
const words = (n: number, values: number) => numbers(n, values).map((value) => `c${value}`)

test("Evidently's own choice depends on the type, the distinct values and 1,000 rows of reference", () => {
  const choice = (n: number, values: number) => [
    evidently('numeric', numbers(n, values), numbers(200, values)).test,
    evidently('categorical', words(n, values), words(200, values)).test,
  ]
  assert.deepEqual(choice(1000, 2), ['z', 'z'])
  assert.deepEqual(choice(1000, 5), ['chisquare', 'chisquare'])
  assert.deepEqual(choice(1000, 6), ['ks', 'chisquare'])
  assert.deepEqual(choice(1001, 2), ['jensenshannon', 'jensenshannon'])
  assert.deepEqual(choice(1001, 5), ['jensenshannon', 'jensenshannon'])
  assert.deepEqual(choice(1001, 6), ['wasserstein', 'jensenshannon'])
})

test('one row of a new category is drift to chisquare', () => {
  const before = words(1000, 5)
  const { score, drifted } = evidently('categorical', before, [...before.slice(1), 'c9'])
  assert.deepEqual([score, drifted], [0, true])
})

test('mannw never sees a window with lower values', () => {
  const before = numbers(500, 40)
  const by = (step: number) =>
    evidently(
      'numeric',
      before,
      before.map((value) => value + step),
      'mannw',
    ).drifted
  assert.deepEqual([by(-20), by(20)], [false, true])
})

test('a constant categorical column has no chi-square', () => {
  const { score, drifted } = evidently('categorical', ['a', 'a'], ['a'], 'chisquare')
  assert.deepEqual([score, drifted], [null, false])
})

test('what raises there is refused here', () => {
  const refused = (test: string) =>
    assert.throws(() => evidently('categorical', ['a', 'b'], ['a'], test), RangeError)
  for (const test of ['g_test', 'fisher_exact', 'TVD', 'toString']) refused(test)
  assert.throws(() => evidently('numeric', [Number.NaN], [1]), RangeError)
})
