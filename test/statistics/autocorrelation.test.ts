import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  correlationOf,
  effectiveNumber,
  varianceInflation,
} from '../../statistics/autocorrelation.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

/** x(t) = r x(t - 1) + noise of variance 1 - r². */
function autoregression(size: number, r: number, seed: number): number[] {
  const next = mulberry32(seed)
  let value = normal(next)
  return Array.from({ length: size }, () => {
    const now = value
    value = r * value + Math.sqrt(1 - r * r) * normal(next)
    return now
  })
}

describe('effective number of a series', () => {
  it('is near its length for independent values, and never above it', () => {
    const found = effectiveNumber(autoregression(4_000, 0, 1))
    assert.ok(found > 3_600 && found <= 4_000, `${found}`)
    assert.equal(effectiveNumber([1, -1, 1, -1, 1, -1, 1, -1, 1]), 9)
  })

  it('falls by (1 - r) / (1 + r) for an autoregression', () => {
    const size = 40_000
    const found = effectiveNumber(autoregression(size, 0.7, 2))
    assert.ok(Math.abs(found / ((size * 0.3) / 1.7) - 1) < 0.12, `${found}`)
  })

  it('takes a constant or very short series as it is', () => {
    assert.equal(effectiveNumber([3, 3, 3, 3]), 4)
    assert.equal(effectiveNumber([]), 0)
    assert.equal(effectiveNumber([1, 2]), 2)
  })
})

describe('variance inflation of neighbours taken together', () => {
  it('is the sum over all pairs of neighbours', () => {
    for (const [length, r] of [
      [6, 0.7],
      [24, 0.7],
      [168, 0.95],
      [3, 0],
    ] as const) {
      let sum = 0
      for (let i = 0; i < length; i++) {
        for (let j = 0; j < length; j++) sum += r ** Math.abs(i - j)
      }
      assert.ok(Math.abs(varianceInflation(length, r) - sum / length) < 1e-9)
    }
    assert.equal(varianceInflation(24, 1), 24)
  })

  it('gives the autocorrelation back', () => {
    for (const r of [0, 0.3, 0.7, 0.99]) {
      assert.ok(Math.abs(correlationOf(24, varianceInflation(24, r)) - r) < 1e-6)
    }
    assert.equal(correlationOf(24, 30), 1)
    assert.ok(correlationOf(24, 0.5) < 1e-9)
  })
})
