import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareWith, detectors, sidesOfValues } from '../../detectors/index.ts'
import { permutationPs } from '../../statistics/permutation.ts'
import { shuffledTransportP } from '../../statistics/shuffled-transport.ts'
import { energyDistance, type ValueCells, wasserstein1 } from '../../statistics/transport.ts'
import { mulberry32, normal, shuffle } from '../support/mulberry32.ts'

const laws = {
  normal: (next: () => number) => normal(next),
  // Of the rows of such a law one may make most of the distance.
  'heavy-tailed': (next: () => number) => (1 - next()) ** (-1 / 1.2),
  tied: (next: () => number) => Math.floor(4 * next() ** 2),
}

const cellsOf = (before: ArrayLike<number>, now: ArrayLike<number>): ValueCells => {
  const { low, reference, current } = sidesOfValues('x', before, now)
  return { values: low, reference, current }
}

describe('the p-value of a distance of values', () => {
  for (const [name, draw] of Object.entries(laws)) {
    test(`is that of shuffled rows, of ${name} values`, () => {
      const next = mulberry32(7)
      for (const shift of [0, 0.15, 0.3]) {
        const before = Array.from({ length: 300 }, () => draw(next))
        const now = Array.from({ length: 90 }, () => draw(next) + shift)
        const rows = [...before, ...now]
        const observed = [wasserstein1, energyDistance].map((of) => of(cellsOf(before, now)))
        const drawn = permutationPs(
          observed,
          () => {
            const [left, right] = [shuffle(rows, next).slice(0, 300), rows.slice(300)]
            return [wasserstein1(cellsOf(left, right)), energyDistance(cellsOf(left, right))]
          },
          2_000,
        )
        for (const [i, power] of ([1, 2] as const).entries()) {
          const { p, relativeError } = shuffledTransportP(cellsOf(before, now), power)
          const expected = drawn[i] as number
          // Both are draws: 4.5 standard errors of either together, and joined cells.
          const error = Math.hypot(
            relativeError * p,
            Math.sqrt((expected * (1 - expected)) / 2_000),
          )
          assert.ok(
            Math.abs(p - expected) < 4.5 * error + 0.1 * expected + 0.001,
            `power ${power}, shift ${shift}: ${p} ${expected}`,
          )
        }
      }
    })

    test(`keeps its level, of ${name} values with far fewer rows on one side`, () => {
      const next = mulberry32(11)
      const trials = 300
      const counts = [0, 0, 0, 0]
      for (let trial = 0; trial < trials; trial++) {
        const before = Float64Array.from({ length: 100 }, () => draw(next))
        const now = Float64Array.from({ length: 20 }, () => draw(next))
        const sides = sidesOfValues('x', before, now)
        for (const [i, of] of (['wasserstein', 'energy-distance'] as const).entries()) {
          const p = compareWith(detectors[of], sides).pValue ?? 0
          if (p <= 0.05) counts[2 * i] = counts[2 * i]! + 1
          if (p <= 0.001) counts[2 * i + 1] = counts[2 * i + 1]! + 1
        }
      }
      // Of 300 at 5 %, fewer than 5 or more than 29 have a chance of 0.1 %; at 0.1 %, more than 3.
      for (const [i, count] of counts.entries()) {
        if (i % 2 === 1) assert.ok(count <= 3, `${counts}`)
        else assert.ok(count >= 5 && count <= 29, `${counts}`)
      }
    })
  }

  test('is valid over joined cells too, and finds what moved', () => {
    const next = mulberry32(13)
    const sample = (count: number, by: number) =>
      Float64Array.from({ length: count }, () => normal(next, by))
    const [before, same, moved] = [sample(20_000, 0), sample(2_000, 0), sample(2_000, 0.2)]
    for (const power of [1, 2] as const) {
      assert.ok(shuffledTransportP(cellsOf(before, same), power).p > 0.01)
      assert.equal(shuffledTransportP(cellsOf(before, moved), power).p, 1 / 1_001)
    }
  })

  test('is 1 for equal shares, the same each time, and the same in any unit', () => {
    const cells = { values: [1, 2, 4], reference: [4, 2, 2], current: [2, 1, 1] }
    assert.equal(shuffledTransportP(cells, 2).p, 1)
    const other = { ...cells, current: [0, 1, 3] }
    const first = shuffledTransportP(other, 1)
    assert.deepEqual(shuffledTransportP(other, 1), first)
    assert.equal(shuffledTransportP({ ...other, values: [1e300, 2e300, 4e300] }, 1).p, first.p)
  })
})
