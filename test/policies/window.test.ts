import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bucketOf, windowAt } from '../../policies/window.ts'

const hour = 3_600_000
const day = 24 * hour
const settings = { length: 7 * day, anchor: '2001-01-01T00:00:00Z', lateness: hour }
const at = (text: string) => windowAt(settings, Date.parse(text))

describe('the window of a scheduled time', () => {
  test('is the last one that had ended, its lateness included', () => {
    const first = { start: '2001-01-01T00:00:00.000Z', end: '2001-01-08T00:00:00.000Z' }
    assert.deepEqual(at('2001-01-08T01:00:00Z'), first)
    assert.deepEqual(at('2001-01-15T00:59:59.999Z'), first)
    assert.equal(at('2001-01-15T01:00:00Z').start, first.end)
  })

  test('exists before the anchor as well', () => {
    assert.equal(at('2000-12-25T01:00:00Z').end, '2000-12-25T00:00:00.000Z')
  })
})

test('a bucket holds its start and not its end, on both sides of the anchor', () => {
  const anchor = Date.parse(settings.anchor)
  assert.equal(bucketOf(anchor, day, anchor), anchor)
  assert.equal(bucketOf(anchor, day, anchor + day - 1), anchor)
  assert.equal(bucketOf(anchor, day, anchor + day), anchor + day)
  assert.equal(bucketOf(anchor, day, anchor - 1), anchor - day)
})
