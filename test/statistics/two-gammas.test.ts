import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gammaQ, logGammaQ } from '../../statistics/gamma.ts'
import { twoGammasSf } from '../../statistics/two-gammas.ts'

describe('the tail of a sum of two gamma variables', () => {
  // Of whole shapes it is a sum of exponentials: with shapes 1 and 1 and scales s and r,
  // P(A + B >= x) = (r exp(-x / r) - s exp(-x / s)) / (r - s).
  for (const [s, r] of [
    [2, 6],
    [2, 40],
    [2, 2.2],
  ] as const) {
    it(`is within a tenth of the exact one, scales ${s} and ${r}`, () => {
      for (const x of [1, 5, 20, 80, 300]) {
        const exact = (r * Math.exp(-x / r) - s * Math.exp(-x / s)) / (r - s)
        const found = twoGammasSf(x, 1, s, 1, r)
        assert.ok(Math.abs(found / exact - 1) < 0.1, `${x}: ${found} is not ${exact}`)
      }
    })
  }

  it('is exact where one of them vanishes or both scales agree', () => {
    for (const x of [0.5, 10, 90]) {
      assert.equal(twoGammasSf(x, 0, 2, 1.5, 5), Math.exp(logGammaQ(1.5, x / 5)))
      assert.equal(twoGammasSf(x, 1.5, 5, 0, 2), Math.exp(logGammaQ(1.5, x / 5)))
      assert.ok(Math.abs(twoGammasSf(x, 1, 2, 1.5, 2) / gammaQ(2.5, x / 2) - 1) < 1e-9)
    }
  })

  it('goes through the mean without a jump, falls, and is 1 at 0', () => {
    assert.equal(twoGammasSf(0, 4, 2, 0.5, 8), 1)
    const mean = 4 * 2 + 0.5 * 8
    let last = 1
    for (let x = mean - 0.01; x < mean + 0.01; x += 0.0005) {
      const p = twoGammasSf(x, 4, 2, 0.5, 8)
      assert.ok(p < last && last - p < (last === 1 ? 1 : 1e-3), `${x} ${p}`)
      last = p
    }
  })

  it('is 0 so far out that a pole cannot be told from the saddle point', () => {
    assert.equal(twoGammasSf(140618001685220.08, 0.3607, 0.2948, 0.5, 0.3074), 0)
  })
})
