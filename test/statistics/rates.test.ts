import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fisherTest } from '../../statistics/fisher.ts'
import { logGamma } from '../../statistics/gamma.ts'
import { logHypergeometricTail } from '../../statistics/hypergeometric.ts'
import { logSameRateP, rateRatioInterval, sameRateP } from '../../statistics/rates.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const logChoose = (a: number, b: number) => logGamma(a + 1) - logGamma(b + 1) - logGamma(a - b + 1)

/** P(X = i) of every number of hits on the first side. */
function law(n: number, m: number, hits: number): { i: number; p: number }[] {
  const [low, high] = [Math.max(0, hits - m), Math.min(n, hits)]
  return Array.from({ length: high - low + 1 }, (_, j) => {
    const i = low + j
    const log = logChoose(n, i) + logChoose(m, hits - i) - logChoose(n + m, hits)
    return { i, p: Math.exp(log) }
  })
}

const tables = [
  [3, 17, 9, 11],
  [0, 500, 4, 50],
  [40, 60, 55, 45],
  [1, 400, 90, 9_000],
  [12, 30, 0, 8],
] as const

describe('two rates', () => {
  test('have the p-value of all ways to deal the hits out that set the rates as far apart', () => {
    for (const [k, others, l, othersL] of tables) {
      const [n, m, hits] = [k + others, l + othersL, k + l]
      const apart = (i: number) => Math.abs(i / n - (hits - i) / m)
      const p = law(n, m, hits)
        .filter(({ i }) => apart(i) >= apart(k) * (1 - 1e-12))
        .reduce((sum, { p }) => sum + p, 0)
      const ours = sameRateP(k, n, l, m)
      assert.ok(Math.abs(ours / Math.min(1, p) - 1) < 1e-10, `${[k, n, l, m]}: ${ours} ${p}`)
    }
  })

  test('have the same p-value whichever side comes first, and of misses as of hits', () => {
    for (const [k, others, l, othersL] of tables) {
      const [n, m] = [k + others, l + othersL]
      const p = logSameRateP(k, n, l, m)
      for (const other of [logSameRateP(l, m, k, n), logSameRateP(others, n, othersL, m)]) {
        assert.ok(Math.abs(other - p) < 1e-9, `${[k, n, l, m]}`)
      }
    }
  })

  test('lose no digit far in the tail, with a million rows', () => {
    // The first term of the tail stands for nearly all of it: every hit is in the window.
    const expected = logChoose(100_000, 300) - logChoose(1_100_000, 300)
    assert.ok(Math.abs(logSameRateP(0, 1_000_000, 300, 100_000) / expected - 1) < 1e-9)
    assert.ok(expected < -700)
  })

  test('need a row on each side', () => {
    assert.throws(() => sameRateP(0, 0, 3, 5), RangeError)
  })

  test('without change are below a level no more often than it says, however rare the hits', () => {
    const next = mulberry32(11)
    for (const [rate, n, m] of [
      [0.001, 5_000, 1_000],
      [0.02, 500, 300],
      [0.3, 1_000, 50],
    ] as const) {
      const draw = (rows: number) => {
        let hits = 0
        for (let i = 0; i < rows; i++) if (next() < rate) hits++
        return hits
      }
      const trials = 1_000
      let below = 0
      for (let i = 0; i < trials; i++) if (sameRateP(draw(n), n, draw(m), m) <= 0.05) below++
      // Four standard errors above 5 %.
      assert.ok(below <= 78, `${rate}: ${below} of ${trials}`)
    }
  })
})

describe("Fisher's exact test", () => {
  test('sums the tables that are not more probable, and either side of the one at hand', () => {
    for (const [k, others, l, othersL] of tables) {
      const all = law(k + others, l + othersL, k + l)
      const here = all.find(({ i }) => i === k)?.p ?? 0
      const sum = (wanted: (each: { i: number; p: number }) => boolean) =>
        all.filter(wanted).reduce((sum, { p }) => sum + p, 0)
      const ours = fisherTest(k, others, l, othersL)
      const pairs = [
        [ours.twoSided, sum(({ p }) => p <= here * (1 + 1e-7))],
        [Math.exp(ours.logTwoSided), sum(({ p }) => p <= here * (1 + 1e-7))],
        [ours.less, sum(({ i }) => i <= k)],
        [ours.greater, sum(({ i }) => i >= k)],
      ] as const
      for (const [found, expected] of pairs) {
        assert.ok(Math.abs(found - expected) < 1e-10, `${[k, others, l, othersL]}: ${found}`)
      }
    }
  })

  test('is finite where p is too small for a double', () => {
    const { twoSided, logTwoSided } = fisherTest(0, 100_000, 1_000, 0)
    assert.equal(twoSided, 0)
    assert.ok(Number.isFinite(logTwoSided) && logTwoSided < -4_000)
  })
})

test('both tails of a count meet: what is not above is below', () => {
  const sample = { n: 300, m: 900, hits: 77 }
  for (const k of [1, 10, 19, 20, 30, 60]) {
    const above = Math.exp(logHypergeometricTail(k, 1, sample))
    const below = Math.exp(logHypergeometricTail(k - 1, -1, sample))
    assert.ok(Math.abs(above + below - 1) < 1e-12, `${k}`)
  }
})

test('the ratio of two rates is covered by its interval about as often as it says', () => {
  const next = mulberry32(12)
  const draw = (rows: number, rate: number) => {
    let hits = 0
    for (let i = 0; i < rows; i++) if (next() < rate) hits++
    return hits
  }
  for (const [before, now] of [
    [0.01, 0.05],
    [0.3, 0.2],
  ] as const) {
    const truth = Math.log((now + 0.02) / (before + 0.02))
    let covered = 0
    for (let i = 0; i < 1_000; i++) {
      const { interval } = rateRatioInterval(draw(800, before), 800, draw(400, now), 400, 0.02)
      if (interval[0] <= truth && truth <= interval[1]) covered++
    }
    // Four standard errors around 95 %.
    assert.ok(covered >= 922 && covered <= 978, `${before} to ${now}: ${covered} of 1,000`)
  }
})
