import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changePoint } from '../../statistics/change-point.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const repeated = <T>(value: T, times: number): T[] => Array.from({ length: times }, () => value)

/** Rows of one part: each falls into cell i with chance rates[i]. */
function drawn(rates: readonly number[], rows: number, next: () => number): number[] {
  const counts = rates.map(() => 0)
  for (let row = 0; row < rows; row++) {
    let [at, cell] = [next(), 0]
    while (cell < rates.length - 1 && at >= (rates[cell] as number)) at -= rates[cell++] as number
    counts[cell] = (counts[cell] as number) + 1
  }
  return counts
}

describe('the place of a change', () => {
  const calm = [50, 50]
  const moved = [80, 20]

  test('is the first part after it, and certain where the change is large', () => {
    const parts = [...repeated(calm, 5), ...repeated(moved, 3)]
    assert.deepEqual(changePoint(parts), { split: 5, first: 5, last: 5 })
    assert.deepEqual(changePoint(parts, [5_000, 5_000]), { split: 5, first: 5, last: 5 })
  })

  test('lies before the first part where every part differs from the reference', () => {
    assert.deepEqual(changePoint(repeated(moved, 6), [500, 500]), { split: 0, first: 0, last: 0 })
    // Without a reference nothing says that there was anything else before.
    assert.notEqual(changePoint(repeated(moved, 6))?.split, 0)
  })

  test('cannot be told inside a gap without rows', () => {
    const parts = [...repeated(calm, 4), [0, 0], [0, 0], ...repeated(moved, 4)]
    assert.deepEqual(changePoint(parts), { split: 4, first: 4, last: 6 })
  })

  test('is uncertain where the change is small', () => {
    const parts = [...repeated([50, 50], 6), ...repeated([55, 45], 6)]
    const found = changePoint(parts)
    assert.ok(found !== null && found.last - found.first > 3, JSON.stringify(found))
  })

  test('is less certain where parts vary among themselves', () => {
    const steady = [...repeated(calm, 8), ...repeated([70, 30], 8)]
    const wild = steady.map(([a = 0], i) => (i % 2 === 0 ? [a - 10, 110 - a] : [a + 10, 90 - a]))
    assert.equal(changePoint(steady)?.first, changePoint(steady)?.last)
    const found = changePoint(wild)
    assert.ok(found !== null && found.last > found.first)
  })

  test('does not depend on the order of cells or on counting finer where nothing differs', () => {
    const next = mulberry32(4)
    const parts = Array.from({ length: 20 }, (_, i) =>
      drawn(i < 12 ? [0.2, 0.3, 0.5] : [0.3, 0.3, 0.4], 80, next),
    )
    const found = changePoint(parts)
    assert.deepEqual(changePoint(parts.map((part) => part.toReversed())), found)
  })

  test('is unknown without rows, with one cell, or with nothing on the other side', () => {
    assert.equal(changePoint([]), null)
    assert.equal(
      changePoint(
        [
          [0, 0],
          [0, 0],
        ],
        [10, 10],
      ),
      null,
    )
    assert.equal(changePoint([[9], [9]]), null)
    assert.equal(changePoint([[5, 5]]), null)
    assert.deepEqual(changePoint([[5, 95]], [500, 500]), { split: 0, first: 0, last: 0 })
    assert.throws(
      () =>
        changePoint([
          [1, 2],
          [1, 2, 3],
        ]),
      RangeError,
    )
  })
})

describe('the interval', () => {
  const uniform = [0.1, 0.2, 0.3, 0.2, 0.2]
  const shifted = [0.05, 0.16, 0.3, 0.24, 0.25]

  interface World {
    readonly rows: number
    /** How much the rates of one part vary on the logarithmic scale. */
    readonly spread?: number
    readonly reference?: number
  }

  /** Share of simulated sequences whose interval holds the true place, and the mean length of the intervals. */
  function coverage({ rows, spread = 0, reference }: World, trials: number, seed: number) {
    const next = mulberry32(seed)
    const part = (rates: readonly number[]) => {
      const varied = rates.map((rate) => rate * Math.exp(normal(next, 0, spread)))
      const sum = varied.reduce((all, rate) => all + rate, 0)
      return drawn(
        varied.map((rate) => rate / sum),
        rows,
        next,
      )
    }
    let [held, length] = [0, 0]
    for (let trial = 0; trial < trials; trial++) {
      const lowest = reference === undefined ? 1 : 0
      const truth = lowest + Math.floor(next() * (24 - lowest))
      const parts = Array.from({ length: 24 }, (_, i) => part(i < truth ? uniform : shifted))
      const before = reference === undefined ? null : drawn(uniform, reference, next)
      const found = changePoint(parts, before)
      assert.ok(found !== null && found.first <= found.split && found.split <= found.last)
      if (found.first <= truth && truth <= found.last) held++
      length += found.last - found.first + 1
    }
    return { held, share: held / trials, length: length / trials }
  }

  // With 95 % of 1,000 expected, fewer than 927 have a chance of 0.1 %.
  for (const [what, world] of Object.entries({
    'with few rows': { rows: 30 },
    'with many rows': { rows: 300 },
    'against a reference': { rows: 60, reference: 5_000 },
    'against a small reference': { rows: 60, reference: 300 },
  })) {
    test(`holds the true place in at least 95 of 100 sequences ${what}`, () => {
      const { held, share } = coverage(world, 1_000, 11)
      assert.ok(held >= 927, `${share}`)
    })
  }

  test('keeps that where parts vary by more than sampling', () => {
    const { share } = coverage({ rows: 400, spread: 0.12 }, 1_000, 12)
    assert.ok(share >= 0.9, `${share}`)
  })

  test('is short where the change is plain', () => {
    const { length } = coverage({ rows: 1_000 }, 200, 13)
    assert.ok(length < 1.5, `${length}`)
  })
})
