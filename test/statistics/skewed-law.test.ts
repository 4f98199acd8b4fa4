import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalScore, valueOfScore } from '../../statistics/skewed-law.ts'
import { gammaQ, normalSf } from '../../statistics/special.ts'

test('tails are those of the gamma law with that skewness', () => {
  for (const skewness of [0.05, 0.2, 0.5, 1]) {
    const shape = 4 / skewness ** 2
    for (const value of [-1.5, -0.5, 0, 1, 2, 3, 4]) {
      const exact = gammaQ(shape, shape + value * Math.sqrt(shape))
      const told = normalSf(normalScore(value, skewness))
      assert.ok(Math.abs(told / exact - 1) < 0.06, `${skewness} ${value}: ${told} of ${exact}`)
    }
  }
})

test('without skewness it is the value, a law that leans the other way is the mirror, and both ways are one', () => {
  assert.equal(normalScore(2.5, 0), 2.5)
  for (const value of [-3, -1, 0, 2, 6]) {
    assert.ok(Math.abs(normalScore(value, 2e-5) - value) < 1e-3)
    for (const skewness of [0.1, 0.8]) {
      const score = normalScore(value, skewness)
      assert.equal(normalScore(-value, -skewness), -score)
      assert.ok(Math.abs(valueOfScore(score, skewness) - value) < 1e-9)
    }
  }
})
