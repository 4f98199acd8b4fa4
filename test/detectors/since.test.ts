import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sinceOf, type TimedCells } from '../../detectors/since.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const hour = (index: number) => new Date(Date.UTC(2001, 3, 2, index)).toISOString()

/** Buckets of an hour; `cell` draws the cell of one row. */
function buckets(count: number, rows: number, cells: number, cell: (bucket: number) => number) {
  return Array.from({ length: count }, (_, index): TimedCells => {
    const counts = new Float64Array(cells)
    for (let row = 0; row < rows; row++) {
      const at = cell(index)
      counts[at] = (counts[at] as number) + 1
    }
    return { start: hour(index), cells: counts }
  })
}

const reference = new Float64Array(256).fill(100)

test('a shift of a numeric feature is dated by the first bucket that has it', () => {
  const next = mulberry32(3)
  const moved = buckets(12, 400, 256, (bucket) =>
    Math.min(255, Math.floor(next() * 256 + (bucket < 7 ? 0 : 60))),
  )
  const at = hour(7)
  assert.deepEqual(sinceOf('numeric', reference, moved), { at, from: at, to: at, earlier: false })
})

test('a small shift has an interval around its beginning', () => {
  const next = mulberry32(5)
  const moved = buckets(24, 100, 256, (bucket) =>
    Math.min(255, Math.floor(next() * 256 + (bucket < 12 ? 0 : 10))),
  )
  const since = sinceOf('numeric', reference, moved)
  assert.ok(since !== null && !since.earlier)
  assert.ok(since.from < since.to)
  assert.ok(since.from <= hour(12) && hour(12) <= since.to, JSON.stringify(since))
})

test('where every bucket differs, it began with the first one or earlier', () => {
  const moved = buckets(6, 300, 256, () => 200)
  const at = hour(0)
  assert.deepEqual(sinceOf('numeric', reference, moved), { at, from: at, to: at, earlier: true })
})

test('one rare category among many that doubled is dated', () => {
  const next = mulberry32(9)
  const categories = 200
  const before = new Float64Array(categories + 1).fill(50)
  before[0] = 200
  const share = (bucket: number) => (bucket < 5 ? 0.02 : 0.06)
  const moved = buckets(10, 1_500, categories + 1, (bucket) =>
    next() < share(bucket) ? 0 : 1 + Math.floor(next() * (categories - 1)),
  )
  assert.equal(sinceOf('categorical', before, moved)?.at, hour(5))
})

test('without rows nothing is known', () => {
  assert.equal(sinceOf('numeric', reference, []), null)
  assert.equal(
    sinceOf(
      'numeric',
      reference,
      buckets(3, 0, 256, () => 0),
    ),
    null,
  )
})
