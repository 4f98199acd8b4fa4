import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitIsotonic, isotonicAt } from '../../statistics/isotonic.ts'
import { mulberry32 } from '../support/mulberry32.ts'

test('no rising curve over a coarse grid is nearer to the points', () => {
  const next = mulberry32(4)
  const x = [0, 1, 2, 3, 4]
  for (let trial = 0; trial < 20; trial++) {
    const y = x.map(() => Math.floor(next() * 5) / 4)
    const curve = fitIsotonic(x, y)
    const loss = (values: readonly number[]) =>
      values.reduce((sum, value, i) => sum + (value - (y[i] as number)) ** 2, 0)
    const ours = loss(x.map((place) => isotonicAt(curve, place)))
    const levels = Array.from({ length: 13 }, (_, i) => i / 12)
    const least = (from: number, chosen: number[]): number =>
      chosen.length === x.length
        ? loss(chosen)
        : Math.min(...levels.filter((l) => l >= from).map((l) => least(l, [...chosen, l])))
    assert.ok(ours <= least(0, []) + 1e-12)
  }
})

test('between points it is linear, beyond them level, and a level stretch keeps its ends only', () => {
  const curve = fitIsotonic([1, 2, 3, 4, 5], [0, 3, 2, 1, 6])
  assert.deepEqual(curve, { x: [1, 2, 4, 5], y: [0, 2, 2, 6] })
  assert.equal(isotonicAt(curve, 0), 0)
  assert.equal(isotonicAt(curve, 1.5), 1)
  assert.equal(isotonicAt(curve, 4.5), 4)
  assert.equal(isotonicAt(curve, 9), 6)
})

test('a row of weight two is two rows, and one without weight is none', () => {
  assert.deepEqual(fitIsotonic([1, 2, 3], [1, 0, 5], [2, 1, 0]), fitIsotonic([1, 1, 2], [1, 1, 0]))
})
