import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localClock } from '../../formats/local-time.ts'

test('UTC is told without a zone in between, also before 1970', () => {
  const clock = localClock('UTC')
  assert.deepEqual(clock(0), { hour: 0, weekday: 4, day: 1, month: 1 })
  assert.deepEqual(clock(-1), { hour: 23, weekday: 3, day: 31, month: 12 })
  assert.deepEqual(clock(Date.UTC(2024, 1, 29, 23, 59)), {
    hour: 23,
    weekday: 4,
    day: 29,
    month: 2,
  })
})

test('a zone has its summer time, to the minute', () => {
  const clock = localClock('Europe/Berlin')
  assert.equal(clock(Date.parse('2024-03-31T00:59:59.999Z')).hour, 1)
  assert.equal(clock(Date.parse('2024-03-31T01:00:00.000Z')).hour, 3)
  assert.equal(clock(Date.parse('2024-10-27T00:59:00Z')).hour, 2)
  assert.equal(clock(Date.parse('2024-10-27T01:00:00Z')).hour, 2)
  assert.equal(clock(Date.parse('2024-10-27T02:00:00Z')).hour, 3)
})

test('offsets of quarters of an hour, and days that begin elsewhere', () => {
  assert.deepEqual(localClock('Asia/Kathmandu')(Date.parse('2024-06-30T18:14:59Z')), {
    hour: 23,
    weekday: 7,
    day: 30,
    month: 6,
  })
  assert.deepEqual(localClock('Asia/Kathmandu')(Date.parse('2024-06-30T18:15:00Z')), {
    hour: 0,
    weekday: 1,
    day: 1,
    month: 7,
  })
})

test('every hour of two years is what the platform prints', () => {
  const zone = 'America/New_York'
  const clock = localClock(zone)
  const print = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit' })
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  for (let at = Date.UTC(2023, 0, 1, 0, 30); at < Date.UTC(2025, 0, 1); at += 3_600_000) {
    const found = clock(at)
    assert.equal(found.hour, Number(print.format(at)), new Date(at).toISOString())
    const [, month, date] = day.format(at).split('-').map(Number)
    assert.deepEqual([found.month, found.day], [month, date])
  }
})

test('a zone that nobody knows is an error at once', () => {
  assert.throws(() => localClock('Europe/Atlantis'), RangeError)
})
