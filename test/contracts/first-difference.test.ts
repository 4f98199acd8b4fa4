import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDifference } from '../../contracts/first-difference.ts'

test('the same values have no difference, whatever the order of their members', () => {
  assert.equal(firstDifference({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }), null)
  assert.equal(firstDifference({ a: undefined }, {}), null)
})

test('the first place that differs is named, within lists too', () => {
  const before = { b: [{ score: 1 }, { score: 2, of: 'x' }], z: 1 }
  const after = { b: [{ score: 1 }, { score: 2.5, of: 'y' }], z: 2 }
  assert.deepEqual(firstDifference(before, after), {
    ...{ path: 'b[1].of', before: '"x"', after: '"y"' },
  })
  assert.deepEqual(firstDifference([1, 2], [1]), { path: '[1]', before: '2', after: null })
})

test('another kind of value is a difference of its own, and no long text is shown whole', () => {
  assert.deepEqual(firstDifference({ a: [] }, { a: {} }), { path: 'a', before: '[]', after: '{}' })
  assert.deepEqual(firstDifference(1, null, 'a'), { path: 'a', before: '1', after: 'null' })
  assert.equal(firstDifference('x'.repeat(500), 1)?.before?.length, 203)
})
