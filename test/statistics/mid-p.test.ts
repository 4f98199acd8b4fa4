import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sameRateMidP } from '../../statistics/mid-p.ts'
import { mulberry32 } from '../support/mulberry32.ts'

/** Over all counts with the same sum, in whole numbers: binomial coefficients as BigInt. */
function bruteForce(k: number, n: number, l: number, m: number): number {
  const choose = (a: number, b: number) => {
    let ways = 1n
    for (let i = 0; i < b; i++) ways = (ways * BigInt(a - i)) / BigInt(i + 1)
    return ways
  }
  const hits = k + l
  const far = (x: number) => Math.abs(x * (n + m) - hits * m)
  let twice = 0n
  for (let x = Math.max(0, hits - n); x <= Math.min(m, hits); x++) {
    const ways = choose(m, x) * choose(n, hits - x)
    if (far(x) > far(l)) twice += 2n * ways
    else if (far(x) === far(l)) twice += ways
  }
  return Number((twice * 10n ** 40n) / choose(n + m, hits)) / 2e40
}

describe('the mid-p of two rates', () => {
  test('is the sum over all counts with the same total', () => {
    const next = mulberry32(3)
    for (let i = 0; i < 200; i++) {
      const [n, m] = [1 + Math.floor(60 * next()), 1 + Math.floor(60 * next())]
      const [k, l] = [Math.floor((n + 1) * next()), Math.floor((m + 1) * next())]
      const expected = bruteForce(k, n, l, m)
      const p = sameRateMidP(k, n, l, m)
      const error = Math.abs(p / Math.max(1e-30, expected) - 1)
      const isEqual = k + l === 0 || k + l === n + m || k * m === l * n
      assert.ok(isEqual ? p === 1 : error < 1e-9, `${k}/${n} and ${l}/${m}: ${p}, ${expected}`)
    }
  })

  test('does not depend on which side is called the reference', () => {
    assert.ok(Math.abs(sameRateMidP(3, 400, 9, 90) / sameRateMidP(9, 90, 3, 400) - 1) < 1e-12)
  })

  test('keeps its digits far out', () => {
    // All of 500 hits on one side of 500 and 500: 1 / C(1000, 500), of both sides by half each.
    const p = sameRateMidP(0, 500, 500, 500)
    assert.ok(Math.abs(Math.log10(p) + 299.4316) < 0.001, String(p))
  })

  test('rejects at 0.01 % no more than that often, where the normal limit does five times as often', () => {
    // P(window count) of 300 rows at 2 %, beside a reference of 10,000 with exactly 200 hits.
    let rejected = 0
    for (let l = 0, density = 0.98 ** 300; l <= 40; l++) {
      if (sameRateMidP(200, 10_000, l, 300) <= 1e-4) rejected += density
      density *= ((300 - l) / (l + 1)) * (0.02 / 0.98)
    }
    assert.ok(rejected > 0.3e-4 && rejected < 1.5e-4, String(rejected))
  })
})
