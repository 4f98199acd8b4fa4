import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { localTimeIn } from '../../formats/local-time.ts'
import {
  feedsReference,
  joinedPieces,
  type LookedAt,
  type ReferenceGrid,
  rollingPieces,
  sameHourPieces,
  unusedBecause,
} from '../../policies/references.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const hour = 3_600_000
const day = 24 * hour
const at = (text: string) => Date.parse(text)
const starts = (pieces: readonly { start: number }[]) =>
  pieces.map(({ start }) => new Date(start).toISOString().slice(0, 16))
const berlin = localTimeIn('Europe/Berlin')

const grid = (change: Partial<ReferenceGrid> = {}): ReferenceGrid => ({
  length: hour,
  bucket: hour,
  anchorMs: at('2026-01-01T00:00:00Z'),
  feeds: () => true,
  ...change,
})
const look = (start: string, length = hour): LookedAt => ({
  startMs: at(start),
  endMs: at(start) + length,
})

describe('a rolling reference', () => {
  test('holds the windows right before the one that is judged, and never that one', () => {
    const { pieces, fullMs } = rollingPieces(
      { last: 3 * hour },
      look('2026-03-01T12:00:00Z'),
      grid(),
    )
    assert.deepEqual(starts(pieces), ['2026-03-01T09:00', '2026-03-01T10:00', '2026-03-01T11:00'])
    assert.equal(fullMs, 3 * hour)
  })

  test('of a longer span ends where the span begins', () => {
    const { pieces } = rollingPieces(
      { last: 2 * hour },
      look('2026-03-01T06:00:00Z', 6 * hour),
      grid(),
    )
    assert.deepEqual(starts(pieces), ['2026-03-01T04:00', '2026-03-01T05:00'])
  })

  test('leaves out the windows that do not feed it, and does not reach further back for them', () => {
    const bad = at('2026-03-01T10:00:00Z')
    const { pieces } = rollingPieces(
      { last: 3 * hour },
      look('2026-03-01T12:00:00Z'),
      grid({ feeds: (start) => start !== bad }),
    )
    assert.deepEqual(starts(pieces), ['2026-03-01T09:00', '2026-03-01T11:00'])
  })
})

describe('the same hour of the week', () => {
  test('is the same hour in each of the weeks before', () => {
    const { pieces, fullMs } = sameHourPieces(
      { weeks: 3 },
      look('2026-03-04T14:00:00Z'),
      grid(),
      localTimeIn('UTC'),
    )
    assert.deepEqual(starts(pieces), ['2026-02-11T14:00', '2026-02-18T14:00', '2026-02-25T14:00'])
    assert.equal(fullMs, 3 * hour)
  })

  test('is told by the local hour, across a change of the clocks', () => {
    // Wednesday 14:00 in Berlin: 12:00 UTC in summer time, 13:00 UTC before the 29th of March.
    const { pieces } = sameHourPieces({ weeks: 2 }, look('2026-04-08T12:00:00Z'), grid(), berlin)
    assert.deepEqual(starts(pieces), ['2026-03-25T13:00', '2026-04-01T12:00'])
  })

  test('that the clocks skip is missing in that week and not made up for', () => {
    // Sunday 02:30 in Berlin does not exist on the 29th of March.
    const { pieces, fullMs } = sameHourPieces(
      { weeks: 2 },
      look('2026-04-05T00:00:00Z'),
      grid(),
      berlin,
    )
    assert.deepEqual(starts(pieces), ['2026-03-22T01:00'])
    assert.equal(fullMs, 2 * hour)
  })

  test('that the clocks repeat counts twice, and each of the two is compared like the hour of any week', () => {
    // Sunday 02:00 in Berlin comes at 00:00 and at 01:00 UTC on the 25th of October.
    const after = sameHourPieces({ weeks: 2 }, look('2026-11-01T01:00:00Z'), grid(), berlin)
    assert.deepEqual(starts(after.pieces), [
      '2026-10-18T00:00',
      '2026-10-25T00:00',
      '2026-10-25T01:00',
    ])
    for (const start of ['2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z']) {
      const { pieces } = sameHourPieces({ weeks: 2 }, look(start), grid(), berlin)
      assert.deepEqual(starts(pieces), ['2026-10-11T00:00', '2026-10-18T00:00'])
    }
  })

  test('of windows shorter than an hour is the whole hour, and of longer ones all of their hours', () => {
    const quarter = hour / 4
    const short = sameHourPieces(
      { weeks: 2 },
      look('2026-03-04T14:15:00Z', quarter),
      grid({ length: quarter, bucket: quarter }),
      localTimeIn('UTC'),
    )
    assert.deepEqual(
      joinedPieces(short.pieces).map(({ start, end }) => [
        new Date(start).toISOString().slice(0, 13),
        end - start,
      ]),
      [
        ['2026-02-18T14', hour],
        ['2026-02-25T14', hour],
      ],
    )
    const long = sameHourPieces(
      { weeks: 2 },
      look('2026-03-04T00:00:00Z', day),
      grid({ length: day }),
      berlin,
    )
    assert.deepEqual(starts(joinedPieces(long.pieces)), ['2026-02-18T00:00', '2026-02-25T00:00'])
    assert.equal(long.fullMs, 2 * day)
  })

  test('of buckets of a day is the same weekday, on both sides of a change of the clocks', () => {
    const midnight = at('2026-01-01T23:00:00Z')
    const { pieces } = sameHourPieces(
      { weeks: 2 },
      look('2026-04-07T23:00:00Z', day),
      grid({ length: day, bucket: day, anchorMs: midnight }),
      berlin,
    )
    assert.deepEqual(starts(pieces), ['2026-03-24T23:00', '2026-03-31T23:00'])
  })

  test('leaves holidays out, by the local date, and does not compare one', () => {
    const holidays = ['2026-02-25']
    const { pieces } = sameHourPieces(
      { weeks: 2, holidays },
      look('2026-03-04T14:00:00Z'),
      grid(),
      berlin,
    )
    assert.deepEqual(starts(pieces), ['2026-02-18T14:00'])
    // 23:30 UTC on the 24th is the 25th in Berlin.
    const on = sameHourPieces({ weeks: 2, holidays }, look('2026-02-24T23:00:00Z'), grid(), berlin)
    assert.equal(on.holiday, '2026-02-25')
    assert.equal(unusedBecause(on, { ms: 2 * hour, rows: 9_999 }, 100)?.code, 'HOLIDAY')
    const before = sameHourPieces(
      { weeks: 2, holidays },
      look('2026-02-24T22:00:00Z'),
      grid(),
      berlin,
    )
    assert.equal(before.holiday, null)
  })

  test('never holds any time of the look, of whatever length, bucket, zone and weeks', () => {
    const next = mulberry32(20)
    const one = <Value>(values: readonly Value[]) =>
      values[Math.floor(next() * values.length)] as Value
    const zones = [
      'UTC',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Pacific/Apia',
    ]
    for (let i = 0; i < 60; i++) {
      const bucket = one([hour / 4, hour / 2, hour, 6 * hour])
      const length = bucket * one([1, 2, 4])
      const windows = one([1, 1, 6, 24, 168])
      const start = at('2026-01-01T00:00:00Z') + length * Math.floor(next() * 3_000)
      const weeks = one([2, 3, 8])
      const looked = { startMs: start, endMs: start + windows * length }
      const toLocal = localTimeIn(one(zones))
      const { pieces, fullMs } = sameHourPieces(
        { weeks },
        looked,
        grid({ bucket, length }),
        toLocal,
      )
      assert.ok(pieces.every(({ end }) => end <= start))
      assert.ok(
        pieces.every(({ start }, k) => start >= (pieces[k - 1]?.end ?? 0)),
        'in order, none twice',
      )
      const time = pieces.reduce((sum, { start, end }) => sum + end - start, 0)
      // Twice a year an hour is missing or doubled, and an hour of the week may be cut by buckets.
      assert.ok(
        Math.abs(time - fullMs) <= fullMs * 0.5 + 2 * hour * windows,
        `${time} of ${fullMs}`,
      )
    }
  })
})

describe('a window feeds a reference', () => {
  const verdicts = new Map<number, string>([
    [0, 'NO_DRIFT'],
    [hour, 'DRIFT'],
    [2 * hour, 'DATA_QUALITY'],
    [3 * hour, 'INCOMPLETE_WINDOW'],
    [4 * hour, 'INSUFFICIENT_DATA'],
    [5 * hour, 'STALE'],
    [7 * hour, 'NO_DRIFT'],
  ])
  const fed = (openSince: number | null) =>
    Array.from({ length: 8 }, (_, i) => i * hour)
      .filter(feedsReference(verdicts, openSince))
      .map((start) => start / hour)

  test('when nothing was found wrong with it, or when nobody judged it', () => {
    assert.deepEqual(fed(null), [0, 4, 6, 7])
  })

  test('in an open drift incident only when it was judged and found quiet', () => {
    assert.deepEqual(fed(hour), [0, 7])
  })
})

describe('a reference is not used', () => {
  const wanted = { pieces: [], fullMs: 28 * day, holiday: null }

  test('with less than half of its history, and says how much there is', () => {
    assert.deepEqual(unusedBecause(wanted, { ms: 13 * day, rows: 9_999 }, 100), {
      code: 'TOO_LITTLE_HISTORY',
      sentence: 'it holds 1w6d of 4w, and half is needed',
    })
    assert.equal(unusedBecause(wanted, { ms: 14 * day, rows: 9_999 }, 100), null)
  })

  test('with too few rows', () => {
    assert.equal(unusedBecause(wanted, { ms: 28 * day, rows: 99 }, 100)?.code, 'TOO_FEW_ROWS')
  })
})
