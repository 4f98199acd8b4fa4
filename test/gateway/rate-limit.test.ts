import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DriftgateError } from '../../contracts/errors.ts'
import { rateLimit } from '../../gateway/rate-limit.ts'

let now = 0
const refusedFor = (take: () => void): unknown => {
  try {
    take()
    return null
  } catch (error) {
    assert.ok(error instanceof DriftgateError && error.code === 'TOO_MANY_REQUESTS')
    return error.details['seconds']
  }
}

test('so many at once, then one as often as they come back, each key for itself', () => {
  const limit = rateLimit({ most: 3, perMs: 60_000, clock: () => now })
  assert.deepEqual(
    [1, 2, 3, 4].map(() => refusedFor(() => limit('ada'))),
    [null, null, null, 20],
  )
  assert.equal(
    refusedFor(() => limit('bob')),
    null,
  )
  now += 12_000
  assert.equal(
    refusedFor(() => limit('ada')),
    8,
  )
  now += 8_000
  assert.equal(
    refusedFor(() => limit('ada')),
    null,
  )
  assert.equal(
    refusedFor(() => limit('ada')),
    20,
  )
  now += 3_600_000
  assert.deepEqual(
    [1, 2, 3, 4].map(() => refusedFor(() => limit('ada'))),
    [null, null, null, 20],
  )
})

test('a clock that goes back gives nothing', () => {
  const limit = rateLimit({ most: 1, perMs: 60_000, clock: () => now })
  limit('ada')
  now -= 600_000
  assert.equal(
    refusedFor(() => limit('ada')),
    60,
  )
})

test('it remembers so many keys, and forgets the one not seen for longest', () => {
  const limit = rateLimit({ most: 1, perMs: 60_000, clock: () => now, keys: 2 })
  limit('ada')
  limit('bob')
  assert.equal(
    refusedFor(() => limit('ada')),
    60,
  )
  limit('eve')
  assert.equal(
    refusedFor(() => limit('ada')),
    60,
    'seen after bob',
  )
  assert.equal(
    refusedFor(() => limit('bob')),
    null,
  )
})
