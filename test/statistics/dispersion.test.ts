import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { binomialLimits } from '../../bench/false-alarms/limits.ts'
import { chiSquareOfStrength } from '../../statistics/chi-square-strength.ts'
import { samplingLogLevel } from '../../statistics/detectable.ts'
import { dispersionOf, excessOf, predictionP } from '../../statistics/dispersion.ts'
import { gammaQ } from '../../statistics/gamma.ts'
import { logChiSquareSf, normalSf } from '../../statistics/special.ts'
import { twoGammasSf } from '../../statistics/two-gammas.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

/** -2 ln p of windows whose KS-like statistic is `factor` times as spread out as sampling alone makes it. */
const strengths = (size: number, factor: number, seed: number): number[] => {
  const next = mulberry32(seed)
  return Array.from({ length: size }, () => -2 * factor * Math.log(1 - next()))
}

/** The same of a chi-square statistic one direction of which varies by more than sampling. */
function wandering(
  size: number,
  { degrees, excess }: { degrees: number; excess: number },
  seed: number,
): number[] {
  const next = mulberry32(seed)
  return Array.from({ length: size }, () => {
    let x = (1 + excess) * normal(next, 0, 1) ** 2
    for (let i = 1; i < degrees; i++) x += normal(next, 0, 1) ** 2
    return -2 * logChiSquareSf(x, degrees)
  })
}

/** Of two degrees, so many times as large as sampling makes it. */
const scaled = (factor: number, windows: number) => ({
  factor,
  variance: 4 * factor ** 2,
  degrees: 2,
  own: 1,
  windows,
  effective: windows,
})

describe('dispersion of accepted windows', () => {
  it('is 1 where sampling explains everything, and says from how many windows', () => {
    const found = dispersionOf(strengths(2_000, 1, 1))
    assert.ok(found !== null && Math.abs(found.factor - 1) < 0.07, `factor ${found?.factor}`)
    assert.equal(found.windows, 2_000)
    assert.ok(found.effective > 1_800 && found.effective <= 2_000)
  })

  it('says nothing below eight effective windows', () => {
    assert.equal(dispersionOf(strengths(7, 1, 2)), null)
    assert.notEqual(dispersionOf(strengths(8, 1, 2)), null)
    const slow = Array.from({ length: 60 }, (_, i) => 2 + Math.sin(i / 20))
    assert.equal(dispersionOf(slow), null, 'sixty windows of one slow wave are not sixty')
  })

  it('puts what varies beyond sampling into one direction', () => {
    const one = dispersionOf(wandering(20_000, { degrees: 9, excess: 8 }, 5), { degrees: 9 })
    assert.ok(one !== null && Math.abs(one.factor - 17 / 9) < 0.1)
    assert.ok(Math.abs(excessOf(one) - 8) < 0.5, `${excessOf(one)}`)
    // Of two that vary three times as much the variance is 36: 2 x 2 + 4 x 4 by noise about the mean, 2 λ² = 16 more.
    const alike = { ...scaled(3, 100), own: 1 }
    assert.ok(Math.abs(excessOf(alike) - Math.sqrt(8)) < 1e-12)
    assert.equal(excessOf(scaled(1, 100)), 0)
  })

  it('is not misled by what all windows share, the error of the reference', () => {
    // A tenth of the noise is the window's own, of 49 directions; the mean is below the degrees, one direction wanders.
    const own = 0.1
    const dispersion = {
      factor: (48 * own + 5 + 36) / 49,
      variance: 2 * 48 * own ** 2 + 4 * own * 36 + 2 * 5 ** 2,
      degrees: 49,
      own,
      windows: 1e7,
      effective: 1e7,
    }
    assert.ok(dispersion.factor < 1 && Math.abs(excessOf(dispersion) - 4.9) < 1e-9)
  })

  it('sees through the smaller tests beside the main one', () => {
    for (const [degrees, share, excess] of [
      [49, 0.9, 8],
      [2, 0.8, 0],
      [9, 0.9, 0],
    ] as const) {
      const whole = wandering(4_000, { degrees, excess }, degrees)
      const shared = whole.map((strength) => Math.max(0, strength + 2 * Math.log(share)))
      const [exact, found] = [
        dispersionOf(whole, { degrees }),
        dispersionOf(shared, { degrees, share }),
      ]
      assert.ok(Math.abs(found!.factor - exact!.factor) < 0.02, `${degrees}: ${found?.factor}`)
      const blind = dispersionOf(shared, { degrees })
      assert.ok(blind!.factor < exact!.factor - 0.05, 'which is not so without knowing the share')
    }
  })

  it('refuses what is no p-value', () => {
    assert.throws(() => dispersionOf(Array.from({ length: 9 }, () => Number.NaN)), RangeError)
  })
})

describe('prediction p-value', () => {
  it('is the sampling p-value without a history, and never below it', () => {
    assert.equal(predictionP(Math.log(1e-7), null), Math.exp(Math.log(1e-7)))
    for (const factor of [0.2, 0.9, 1, 1.1, 4]) {
      const dispersion = scaled(factor, 100)
      for (const logP of [-0.01, -1, -10, -300, -2_000]) {
        const p = predictionP(logP, dispersion)
        assert.ok(p >= Math.exp(logP) && p <= 1, `${factor} ${logP} ${p}`)
      }
    }
  })

  it('becomes the law of one wide direction as the history becomes long', () => {
    const long = (degrees: number, excess: number) => ({
      factor: 1 + excess / degrees,
      variance: 2 * (degrees - 1) + 2 * (1 + excess) ** 2,
      degrees,
      own: 1,
      windows: 1e8,
      effective: 1e8,
    })
    // Of one degree a normal variable: 5.2 standard deviations, of which the excess leaves 2.6.
    const one = predictionP(Math.log(2 * normalSf(5.2)), long(1, 3))
    // The saddle point is within a tenth.
    assert.ok(Math.abs(one / (2 * normalSf(2.6)) - 1) < 0.05, `${one}`)
    for (const x of [60, 150]) {
      const p = predictionP(logChiSquareSf(x, 9), long(9, 8))
      const expected = twoGammasSf(x, 4, 2, 0.5, 18)
      assert.ok(Math.abs(p / expected - 1) < 2e-3, `${p} is not ${expected}`)
    }
  })

  it('takes a declared design effect as the least dispersion, before there is a history', () => {
    assert.ok(Math.abs(predictionP(Math.log(1e-9), null, 3) / 1e-3 - 1) < 1e-12)
    const calm = dispersionOf(strengths(500, 1, 4))
    assert.ok(predictionP(Math.log(1e-9), calm, 3) >= 1e-3)
  })

  // The rate is known for each history: of the scaled law exactly, of one direction by the tail of two gamma variables.
  const level = 1e-5
  const rounds = 60
  const achieved = (
    degrees: number,
    history: (seed: number) => number[],
    rate: (x: number) => number,
  ): number => {
    let mean = 0
    for (let seed = 1; seed <= rounds; seed++) {
      const dispersion = dispersionOf(history(seed * 7_919), { degrees })
      let [low, high] = [0, 3_000]
      for (let step = 0; step < 40; step++) {
        const q = (low + high) / 2
        if (predictionP(-q / 2, dispersion) > level) low = q
        else high = q
      }
      mean += rate(high) / level / rounds
    }
    return mean
  }

  for (const [factor, windows, atMost, atLeast] of [
    [1, 30, 0.5, 0.001],
    [1, 1_000, 1, 0.5],
    [3, 30, 1.3, 0.005],
    [3, 100, 1, 0.01],
    [3, 1_000, 1, 0.1],
  ] as const) {
    it(`keeps a level of 1e-5 with ${windows} windows of dispersion ${factor}`, () => {
      const mean = achieved(
        2,
        (seed) => strengths(windows, factor, seed),
        (q) => gammaQ(1, q / 2 / factor),
      )
      assert.ok(mean <= atMost && mean >= atLeast, `achieved ${mean} of the level`)
    })
  }

  for (const [degrees, excess, windows, atMost] of [
    [2, 2, 100, 2],
    [9, 8, 100, 2],
    [9, 8, 1_000, 1.5],
    [20, 3, 100, 2],
    [20, 20, 1_000, 1.5],
  ] as const) {
    it(`keeps it with ${windows} windows where one of ${degrees} directions wanders, variance ${excess}`, () => {
      const mean = achieved(
        degrees,
        (seed) => wandering(windows, { degrees, excess }, seed),
        (q) =>
          twoGammasSf(chiSquareOfStrength(q, degrees), (degrees - 1) / 2, 2, 0.5, 2 * (1 + excess)),
      )
      assert.ok(mean <= atMost && mean >= 0.3, `achieved ${mean} of the level`)
    })
  }

  it('keeps a level of 0.1 % where one of 49 directions wanders and all windows share a reference with errors', () => {
    // Seven tenths of the noise are the reference's: what it adds to the mean hides what the wandering adds.
    const [degrees, own, excess, histories, later] = [49, 0.3, 7, 40, 1_000]
    const next = mulberry32(29)
    let alarms = 0
    for (let k = 0; k < histories; k++) {
      const reference = Array.from({ length: degrees }, () => normal(next, 0, Math.sqrt(1 - own)))
      const window = () =>
        reference.reduce((sum, mean, i) => {
          const sd = Math.sqrt(i === 0 ? own + excess : own)
          return sum + normal(next, mean, sd) ** 2
        }, 0)
      const strength = (x: number) => -2 * logChiSquareSf(x, degrees)
      const dispersion = dispersionOf(
        Array.from({ length: 112 }, () => strength(window())),
        { degrees, own },
      )
      const needed = samplingLogLevel(1e-3, dispersion)
      for (let i = 0; i < later; i++) if (-strength(window()) / 2 <= needed) alarms++
    }
    const { low, high } = binomialLimits(histories * later, 1e-3, 0.001)
    assert.ok(alarms >= low / 4 && alarms <= high, `${alarms} of ${low} to ${high}`)
  })
})
