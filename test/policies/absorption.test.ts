import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { VerdictName } from '../../contracts/report.ts'
import { absorbedKinds, sortWindows, tooLittle } from '../../policies/absorption.ts'
import { windowsWithin } from '../../policies/window.ts'

const day = 86_400_000
const grid = { length: day, anchor: '2001-01-01T00:00:00Z' }
const at = (text: string) => Date.parse(text)
const range = (...verdicts: (VerdictName | null)[]) =>
  verdicts.map((verdict, index) => ({
    window: { start: `day ${index}`, end: `day ${index + 1}` },
    verdict,
  }))
const starts = (windows: readonly { start: string }[]) => windows.map(({ start }) => start)

describe('the windows of a range', () => {
  test('are those that begin at its start or later and end at its end or before', () => {
    const found = windowsWithin(grid, at('2001-01-02T06:00:00Z'), at('2001-01-05T23:00:00Z'))
    assert.deepEqual(found, [
      { start: '2001-01-03T00:00:00.000Z', end: '2001-01-04T00:00:00.000Z' },
      { start: '2001-01-04T00:00:00.000Z', end: '2001-01-05T00:00:00.000Z' },
    ])
    const whole = windowsWithin(grid, at('2001-01-02T00:00:00Z'), at('2001-01-03T00:00:00Z'))
    assert.deepEqual(starts(whole), ['2001-01-02T00:00:00.000Z'])
  })

  test('are none where the range ends before its first window does', () => {
    assert.deepEqual(
      windowsWithin(grid, at('2001-01-02T06:00:00Z'), at('2001-01-03T12:00:00Z')),
      [],
    )
  })
})

describe('what becomes the reference', () => {
  test('drift does, and so do windows that nobody judged or that had few rows', () => {
    const sorted = sortWindows(range('DRIFT', 'NO_DRIFT', 'INSUFFICIENT_DATA', null), {})
    assert.equal(sorted.taken.length, 4)
    assert.deepEqual([sorted.leftOut, sorted.accepted, sorted.unspoken], [[], [], []])
  })

  test('broken and incomplete windows do not, unless somebody says why they are left out', () => {
    const broken = range('DRIFT', 'DATA_QUALITY', 'INCOMPLETE_WINDOW')
    assert.deepEqual(
      sortWindows(broken, {}).unspoken.map(({ verdict }) => verdict),
      ['DATA_QUALITY', 'INCOMPLETE_WINDOW'],
    )
    const sorted = sortWindows(broken, { leaveOut: 'an outage' })
    assert.deepEqual(starts(sorted.taken), ['day 0'])
    assert.deepEqual(
      sorted.leftOut.map(({ reason }) => reason),
      ['an outage', 'an outage'],
    )
    assert.deepEqual(sorted.unspoken, [])
  })

  test('broken data may be accepted with a reason, missing data never', () => {
    const sorted = sortWindows(range('DATA_QUALITY', 'INCOMPLETE_WINDOW'), {
      accept: 'metres since Monday',
    })
    assert.deepEqual(starts(sorted.taken), ['day 0'])
    assert.equal(sorted.accepted[0]?.reason, 'metres since Monday')
    assert.deepEqual(
      sorted.unspoken.map(({ verdict }) => verdict),
      ['INCOMPLETE_WINDOW'],
    )
  })

  test('only accepted broken data ends the incident of broken data too', () => {
    assert.deepEqual(absorbedKinds([]), ['DRIFT'])
    assert.deepEqual(absorbedKinds(['one']), ['DRIFT', 'DATA_QUALITY'])
  })
})

test('too few windows or rows are no reference, and the setting that says so is named', () => {
  const needed = { windows: 2, rows: 500 }
  assert.match(tooLittle({ windows: 1, rows: 900 }, needed) ?? '', /1 .* 2 .*retraining\.windows/)
  assert.match(tooLittle({ windows: 2, rows: 499 }, needed) ?? '', /499 .* 500 .*minimumRows/)
  assert.equal(tooLittle({ windows: 2, rows: 500 }, needed), null)
})
