import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { binomial, gammaDraw, hypergeometric, multinomial } from '../../bench/false-alarms/draws.ts'
import { generator } from '../../bench/false-alarms/generator.ts'
import { logGamma } from '../../statistics/gamma.ts'
import { chiSquareSf } from '../../statistics/special.ts'

const draws = 20_000

/** The p-value that drawn whole numbers have these probabilities; rare ones are joined. */
function fits(draw: () => number, density: (k: number) => number, most: number): number {
  const seen = new Float64Array(most + 1)
  for (let i = 0; i < draws; i++) seen[draw()]! += 1
  let [statistic, degrees, expected, observed] = [0, -1, 0, 0]
  for (let k = 0; k <= most; k++) {
    expected += draws * density(k)
    observed += seen[k] as number
    if (expected < 20 && k < most) continue
    if (expected < 20) break
    statistic += (observed - expected) ** 2 / expected
    degrees++
    expected = observed = 0
  }
  return chiSquareSf(statistic, Math.max(1, degrees))
}

const choose = (a: number, b: number) => logGamma(a + 1) - logGamma(b + 1) - logGamma(a - b + 1)

describe('drawn counts', () => {
  for (const [n, p] of [
    [30, 0.1],
    [50, 0.7],
    [400, 0.4],
    [100_000, 0.002],
  ] as const) {
    test(`${n} trials at ${p} succeed as the binomial law says`, () => {
      const next = generator(n)
      const density = (k: number) =>
        k > n ? 0 : Math.exp(choose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p))
      assert.ok(fits(() => binomial(n, p, next), density, Math.min(n, 400)) > 1e-3)
    })
  }

  for (const [size, n, rows] of [
    [6, 5, 20],
    [200, 300, 1_000],
    [90_000, 100, 100_000],
  ] as const) {
    test(`${n} of ${rows} rows hold a cell of ${size} as the hypergeometric law says`, () => {
      const next = generator(size)
      const density = (k: number) =>
        k > size || n - k > rows - size || k > n
          ? 0
          : Math.exp(choose(size, k) + choose(rows - size, n - k) - choose(rows, n))
      const drawn = () => hypergeometric(size, n, rows, next)
      assert.ok(fits(drawn, density, Math.min(size, n)) > 1e-3)
    })
  }

  test('the cells of a multinomial draw add up, and each has its share', () => {
    const next = generator(7)
    const sums = new Float64Array(4)
    for (let i = 0; i < 2_000; i++) {
      const counts = multinomial(100, [1, 0, 2, 5], next)
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        100,
      )
      for (const [k, count] of counts.entries()) sums[k]! += count
    }
    assert.equal(sums[1], 0)
    // Of 200,000 rows; four standard deviations.
    for (const [k, share] of [
      [0, 1 / 8],
      [2, 2 / 8],
      [3, 5 / 8],
    ] as const) {
      const sd = Math.sqrt(200_000 * share * (1 - share))
      assert.ok(Math.abs((sums[k] as number) - 200_000 * share) < 4 * sd, `cell ${k}`)
    }
  })

  for (const shape of [1, 2, 50]) {
    test(`gamma of shape ${shape} has its mean and variance`, () => {
      const next = generator(shape)
      const values = Float64Array.from({ length: draws }, () => gammaDraw(shape, next))
      const mean = values.reduce((sum, x) => sum + x, 0) / draws
      const variance = values.reduce((sum, x) => sum + (x - shape) ** 2, 0) / draws
      assert.ok(Math.abs(mean - shape) < 4 * Math.sqrt(shape / draws))
      // Its fourth central moment is 3 shape² + 6 shape.
      const error = Math.sqrt((2 * shape * shape + 6 * shape) / draws)
      assert.ok(Math.abs(variance - shape) < 4 * error, `${variance}`)
    })
  }
})

test('streams of one seed differ, and each repeats', () => {
  const ten = (...stream: number[]) => Array.from({ length: 10 }, generator(1, ...stream))
  assert.deepEqual(ten(2, 3), ten(2, 3))
  for (const other of [ten(2, 4), ten(3, 3), ten(3, 2), ten()])
    assert.notDeepEqual(ten(2, 3), other)
})
