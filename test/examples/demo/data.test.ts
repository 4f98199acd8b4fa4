import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fiveHoursLate } from '../../../examples/demo/data.ts'
import { cutStretches } from '../../../examples/demo/stretches.ts'

const row = (timeMs: number, hour: number) => ({
  id: `r${timeMs}`,
  timeMs,
  features: { hour, distance: 100 },
  label: 0,
})

test('five hours late goes round the clock and changes nothing else', () => {
  const rows = [0, 18, 19, 23].map((hour, index) => row(index, hour))
  const late = fiveHoursLate({ index: 0, startMs: 0, endMs: 10, rows })
  assert.deepEqual(
    late.rows.map(({ features }) => features['hour']),
    [5, 23, 0, 4],
  )
  assert.deepEqual(
    late.rows.map(({ id, timeMs, features }) => [id, timeMs, features['distance']]),
    rows.map(({ id, timeMs, features }) => [id, timeMs, features.distance]),
  )
})

test('stretches are whole windows; rows before the anchor and an incomplete last window are left out', () => {
  const anchor = new Date(1_000).toISOString()
  const rows = [500, 1_000, 1_999, 2_000, 2_990, 3_000, 3_100].map((timeMs) => row(timeMs, 1))
  const stretches = cutStretches(rows, anchor, 1_000)
  assert.deepEqual(
    stretches.map((stretch) => [stretch.index, stretch.startMs, stretch.rows.length]),
    [
      [0, 1_000, 2],
      [1, 2_000, 2],
    ],
  )
})
