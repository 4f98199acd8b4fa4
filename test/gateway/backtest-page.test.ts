import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOfPage } from '../../gateway/backtest-page.ts'

const at = (hour: number) => new Date(Date.UTC(2001, 0, 1, hour))
const sizes = (...bytes: number[]) =>
  bytes.map((each, hour) => ({ bucket: at(hour), parts: 2, bytes: each }))
const limits = { buckets: 5, parts: 6, bytes: 100 }

test('a page ends before the bucket that would be too much, and holds one at least', () => {
  const end = (...bytes: number[]) => endOfPage(sizes(...bytes), at(20), limits).toISOString()
  assert.equal(end(), at(20).toISOString())
  assert.equal(end(40, 60), at(20).toISOString())
  assert.equal(end(40, 60, 1), at(2).toISOString())
  assert.equal(end(500, 1), at(1).toISOString())
  assert.equal(end(1, 1, 1, 1), at(3).toISOString(), 'of too many parts')
})

test('where more buckets were there than are looked at, the page ends behind the last of them', () => {
  const many = sizes(1, 1, 1, 1, 1).map((size) => ({ ...size, parts: 1 }))
  assert.equal(endOfPage(many, at(20), limits).getTime(), at(4).getTime() + 1)
})
