import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kolmogorovSmirnov } from '../../statistics/kolmogorov-smirnov.ts'
import { kolmogorovSmirnovOfValues } from '../../statistics/kolmogorov-values.ts'
import { orderedCells } from '../../statistics/ordered-cells.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const next = mulberry32(5)
const draws: Readonly<Record<string, (side: number) => number>> = {
  'one law': () => normal(next),
  'a shift': (side) => normal(next) + 0.03 * side,
  'heavy tails': () => (1 - next()) ** -2 * (next() < 0.5 ? -1 : 1),
  ties: () => Math.round(normal(next) * 4) / 4,
  'a point mass': (side) => (next() < 0.3 + 0.01 * side ? 0 : normal(next)),
  'the largest doubles': () => (next() < 0.5 ? Number.MAX_VALUE : -Number.MAX_VALUE) * next(),
  'zeros of both signs': () => [0, -0, 1, -1][Math.floor(next() * 4)] as number,
}

for (const [name, draw] of Object.entries(draws)) {
  test(`the distance of raw values is that of their sorted cells: ${name}`, () => {
    for (const [n, m] of [
      [50_000, 40_000],
      [3, 2_000],
      [1, 1],
    ] as const) {
      const x = Float64Array.from({ length: n }, () => draw(0))
      const y = Float64Array.from({ length: m }, () => draw(1))
      const { reference, current } = orderedCells(
        x.map((v) => v + 0),
        y.map((v) => v + 0),
      )
      const expected = kolmogorovSmirnov(reference, current)
      const found = kolmogorovSmirnovOfValues(x, y)
      assert.equal(found.gap, expected.gap)
      assert.equal(found.distance, expected.distance)
    }
  })
}

test('values that are not finite, or none at all, are a RangeError', () => {
  const some = Float64Array.of(1, 2)
  for (const bad of [Float64Array.of(Number.NaN), Float64Array.of(1, 1 / 0), new Float64Array(0)]) {
    assert.throws(() => kolmogorovSmirnovOfValues(some, bad), RangeError)
    assert.throws(() => kolmogorovSmirnovOfValues(bad, some), RangeError)
  }
})
