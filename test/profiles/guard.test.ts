import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeatureValue } from '../../contracts/prediction.ts'
import { buildBinning } from '../../profiles/binning.ts'
import { createGuard, guard } from '../../profiles/guard.ts'
import { fitGuardDistance, type GuardDistance } from '../../profiles/guard-distance.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const settings = { age: { type: 'numeric' }, city: { type: 'categorical' } } as const

/** Age, city and score; the ages of one city lie elsewhere and spread more. */
function draw(rows: number, next: () => number): FeatureValue[][] {
  return Array.from({ length: rows }, () => {
    const city = next() < 0.3 ? 'b' : 'a'
    const age = city === 'b' ? normal(next, 60, 20) : normal(next, 40, 5)
    return [age, city, next()]
  })
}

const binningOf = (rows: FeatureValue[][]) =>
  buildBinning('m', '1', settings as unknown as Parameters<typeof buildBinning>[2], rows)

test('an input like those of the reference is accepted as it is', () => {
  const rows = draw(500, mulberry32(61))
  const answer = guard(binningOf(rows), rows[0] as FeatureValue[])
  assert.deepEqual(answer, { action: 'accept', reasons: [], repairs: [], row: rows[0] })
})

test('each reason is named with its feature, and the strictest decides', () => {
  const binning = binningOf(draw(500, mulberry32(62)))
  const reasons = (row: FeatureValue[]) => {
    const { action, reasons: named } = guard(binning, row)
    return [action, ...named.map(({ feature, reason }) => `${feature}: ${reason}`)]
  }
  assert.deepEqual(reasons([null, 'a', 0.5]), ['flag', 'age: missing'])
  assert.deepEqual(reasons([1_000, 'z', 0.5]), [
    'flag',
    'age: out of range',
    'city: unseen category',
  ])
  assert.deepEqual(reasons(['old', 'a', 0.5]), ['refuse', 'age: wrong type'])
  assert.equal(
    guard(binning, [1_000, 'a', 0.5], { on: { 'out of range': 'refuse' } }).action,
    'refuse',
  )
  assert.equal(
    guard(binning, [1_000, 'a', 0.5], { on: { 'out of range': 'accept' } }).action,
    'accept',
  )
})

test('declared repairs are made and named, others are not', () => {
  const binning = binningOf(draw(500, mulberry32(63)))
  const repairs = { age: { unit: 0.01, default: 40 }, city: { trim: true } }
  const cents = guard(binning, [4_000, ' a ', 0.5], { repairs })
  assert.equal(cents.action, 'clean')
  assert.deepEqual(cents.row, [40, 'a', 0.5])
  assert.deepEqual(cents.repairs, [
    { feature: 'age', repair: 'unit', from: 4_000, to: 40 },
    { feature: 'city', repair: 'trim', from: ' a ', to: 'a' },
  ])
  assert.deepEqual(guard(binning, [null, 'a', 0.5], { repairs }).repairs, [
    { feature: 'age', repair: 'default', from: null, to: 40 },
  ])
  assert.equal(guard(binning, [4_000, ' a ', 0.5]).action, 'flag')
})

test('fresh rows are called far at the rate that was asked for, in each segment', () => {
  const next = mulberry32(64)
  const [rate, calibration, fresh] = [0.02, 8_000, 10_000]
  const rows = draw(calibration, next)
  const binning = binningOf(rows)
  const segments = rows.map((row) => String(row[1]))
  const distance = fitGuardDistance(binning, rows, { rate, next, segments, anchors: 64 })
  const judge = createGuard(binning, { distance })
  const far = { a: 0, b: 0 }
  const seen = { a: 0, b: 0 }
  for (const row of draw(fresh, next)) {
    const segment = row[1] as 'a' | 'b'
    seen[segment]++
    const { reasons } = judge(row, segment)
    if (reasons.some(({ reason }) => reason === 'far from everything seen')) far[segment]++
  }
  for (const segment of ['a', 'b'] as const) {
    // Both the threshold and the fresh rows are drawn: a 99 % interval over both.
    const known = segments.filter((one) => one === segment).length - 64
    const sd = Math.sqrt(rate * (1 - rate) * (1 / known + 1 / seen[segment]))
    const share = far[segment] / seen[segment]
    assert.ok(Math.abs(share - rate) < 2.576 * sd, `${segment}: ${share}, sd ${sd}`)
  }
})

test('a combination that nobody had is far, though each value is in range', () => {
  const next = mulberry32(65)
  const rows = Array.from({ length: 4_000 }, (_, row) => {
    const age = row % 2 === 0 ? normal(next, 20, 1) : normal(next, 80, 1)
    return [age, row % 2 === 0 ? 'a' : 'b', 0.5]
  })
  const binning = binningOf(rows)
  const distance = fitGuardDistance(binning, rows, { rate: 0.01, next })
  const of = (row: FeatureValue[]) => guard(binning, row, { distance }).reasons
  assert.deepEqual(of([50, 'a', 0.5]), [{ reason: 'far from everything seen' }])
  assert.deepEqual(of([20, 'a', 0.5]), [])
})

test('a rate that the rows cannot show is refused, and a stored distance gives the same bytes', () => {
  const next = mulberry32(66)
  const rows = draw(3_000, next)
  const binning = binningOf(rows)
  assert.throws(
    () => fitGuardDistance(binning, rows, { rate: 0.001, next }),
    /GUARD_ROWS_TOO_FEW|needs 20000/,
  )
  const text = JSON.stringify(fitGuardDistance(binning, rows, { rate: 0.05, next }))
  const again = JSON.parse(text) as GuardDistance
  assert.equal(JSON.stringify(again), text)
  assert.equal(guard(binning, rows[0] as FeatureValue[], { distance: again }).row.length, 3)
})
