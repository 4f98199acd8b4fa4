import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { designLogLevel, designLogP } from '../../statistics/design-level.ts'
import { logChiSquareSf } from '../../statistics/special.ts'

describe('a p-value where rows vary by a design effect', () => {
  test('is that of the statistic over it, whatever its degrees of freedom', () => {
    for (const degrees of [2, 3, 9, 40]) {
      for (const x of [2 * degrees, 4 * degrees, 60 + degrees]) {
        const law = { degrees, size: 1_000 }
        const sampled = logChiSquareSf(3 * x, degrees)
        const expected = logChiSquareSf(x, degrees)
        assert.ok(Math.abs(designLogP(sampled, law, 3) / expected - 1) < 1e-5, `${degrees} ${x}`)
        assert.ok(Math.abs(designLogLevel(expected, law, 3) / sampled - 1) < 1e-5)
      }
    }
  })

  test('is never smaller than that of two degrees, which is taken where no law is told', () => {
    assert.equal(designLogP(-30, undefined, 3), -10)
    assert.equal(designLogLevel(-10, undefined, 3), -30)
    assert.equal(designLogP(-30, { hits: 3, before: 9, now: 9, floor: 0.02 }, 3), -10)
    const gap = { chance: 0.01, factor: 13, error: 0.01, margin: 0.02 }
    for (const log of [-2, -10, -100, -600]) {
      assert.ok(designLogP(log, gap, 3) >= log / 3)
      assert.ok(designLogLevel(log, gap, 3) <= 3 * log)
    }
  })

  test('stays as it is without one', () => {
    assert.equal(designLogP(-30, { degrees: 9, size: 1 }, 1), -30)
    assert.equal(designLogLevel(-30, { degrees: 9, size: 1 }, 1), -30)
  })
})
