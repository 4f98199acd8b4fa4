import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { detectableEffect, samplingLogLevel } from '../../statistics/detectable.ts'
import { predictionP } from '../../statistics/dispersion.ts'
import { noncentralInterval, noncentralSf } from '../../statistics/noncentral.ts'
import { chiSquareSf } from '../../statistics/special.ts'

const near = (actual: number, expected: number, relative = 1e-6) =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} ${expected}`)

describe('the smallest effect that is seen in four windows of five', () => {
  const normal = { chance: 0.01, factor: 1, error: 0.01, margin: 0.0196 }

  test('of a normal estimate lies above what the level and the bound ask for', () => {
    // z of 1e-4 on both sides is 3.890592, z of 80 % is 0.841621.
    const logLevel = Math.log(1e-4)
    near(detectableEffect(normal, { logLevel, minimumEffect: 0 }), 0.0473221, 1e-5)
    // Here the bound asks for more: 0.1 + 0.0196 + 0.0084.
    near(detectableEffect(normal, { logLevel, minimumEffect: 0.1 }), 0.1280162, 1e-5)
  })

  test('of a table has 80 % of its noncentral law beyond the critical value and beyond the bound', () => {
    const [degrees, size] = [9, 2_000]
    for (const minimumEffect of [0, 0.05, 0.2]) {
      const effect = detectableEffect(
        { degrees, size },
        { logLevel: Math.log(1e-5), minimumEffect },
      )
      // The statistic that is exceeded in four windows of five; bisection on the law itself.
      let [low, high] = [0, 5_000]
      for (let i = 0; i < 80; i++) {
        const middle = (low + high) / 2
        if (noncentralSf(middle, degrees, size * effect ** 2) > 0.8) low = middle
        else high = middle
      }
      const p = chiSquareSf(low, degrees)
      const bound = Math.sqrt(noncentralInterval(low, degrees)[0] / size)
      // One of both conditions is just met, up to the approximation, the other one more than that.
      assert.ok(p <= 1.05e-5 && bound >= minimumEffect - 5e-4, `${p} ${bound}`)
      assert.ok(p > 0.95e-5 || bound < minimumEffect + 5e-4, `${p} ${bound}`)
    }
  })

  test('is the normal limit where the noncentrality is large', () => {
    const [degrees, size] = [4, 1e6]
    const effect = detectableEffect({ degrees, size }, { logLevel: -10, minimumEffect: 0.1 })
    near(effect, 0.1 + (1.96 + 0.8416) / Math.sqrt(size), 1e-3)
  })

  test('grows with the level, with the smallest that matters, and with the dispersion at its level', () => {
    for (const law of [normal, { degrees: 3, size: 4_000 }]) {
      const at = (level: number, minimumEffect: number, dispersion = 1) =>
        detectableEffect(law, {
          logLevel: dispersion * Math.log(level),
          minimumEffect,
          dispersion,
        })
      assert.ok(at(1e-6, 0) > at(1e-3, 0))
      assert.ok(at(1e-6, 0.1) > at(1e-6, 0))
      assert.ok(at(1e-6, 0, 4) > 1.8 * at(1e-6, 0))
      assert.ok(at(1e-300, 0, 50) < Number.POSITIVE_INFINITY)
    }
  })

  test('is never more than the largest effect there is', () => {
    const law = { chance: 1, factor: 1, error: 1, margin: 1, most: 1 }
    assert.equal(detectableEffect(law, { logLevel: -20, minimumEffect: 0.1 }), 1)
    assert.equal(
      detectableEffect({ degrees: 2, size: 4 }, { logLevel: -20, minimumEffect: 0.1 }),
      1,
    )
    assert.throws(() => detectableEffect(law, { logLevel: 1, minimumEffect: 0 }), RangeError)
  })
})

describe('the sampling level of a level where windows vary', () => {
  test('is the one whose prediction is the level', () => {
    for (const factor of [0.9, 1.3, 4, 30]) {
      for (const level of [1e-3, 1e-6]) {
        const dispersion = {
          factor,
          variance: 4 * factor ** 2,
          degrees: 2,
          own: 0.9,
          windows: 60,
          effective: 20,
        }
        const log = samplingLogLevel(level, dispersion)
        near(Math.log(predictionP(log, dispersion)), Math.log(level), 0.02)
        assert.ok(log <= Math.log(level))
      }
    }
  })

  test('is the level itself without a history, and its power with a design effect alone', () => {
    assert.equal(samplingLogLevel(1e-4, null), Math.log(1e-4))
    near(samplingLogLevel(1e-4, null, 3), 3 * Math.log(1e-4))
  })
})

test('a level that windows are certain to pass by sampling alone is found as well', () => {
  for (const degrees of [2, 40, 400]) {
    for (const factor of [30, 300]) {
      const law = {
        factor,
        variance: 2 * degrees * factor ** 2,
        degrees,
        own: 1,
        windows: 500,
        effective: 400,
      }
      const found = predictionP(samplingLogLevel(1e-5, law), law)
      assert.ok(Math.abs(Math.log(found / 1e-5)) < 1, `${factor} ${degrees}: ${found}`)
    }
  }
})
