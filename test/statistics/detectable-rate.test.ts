import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { detectableRate } from '../../statistics/detectable-rate.ts'
import { logSameRateP, rateRatioInterval } from '../../statistics/rates.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const trials = 400
// At 80 %, fewer than 295 of 400 have a chance of 0.1 %, and so have more than 344.
const [least, most] = [295, 344]
const logLevel = Math.log(1e-4)
const floor = 0.02

function drawn(rate: number, rows: number, next: () => number): number {
  let hits = 0
  for (let row = 0; row < rows; row++) if (next() < rate) hits++
  return hits
}

/** How many of 400 windows alarm at this rate, both sides drawn anew. */
function alarmed(was: number, is: number, before: number, now: number, minimumEffect: number) {
  const next = mulberry32(9)
  let count = 0
  for (let trial = 0; trial < trials; trial++) {
    const [k, l] = [drawn(was, before, next), drawn(is, now, next)]
    const { ratio, interval } = rateRatioInterval(k, before, l, now, floor)
    const bound = ratio > 0 ? interval[0] : -interval[1]
    if (bound > minimumEffect && logSameRateP(k, before, l, now) <= logLevel) count++
  }
  return count
}

describe('the smallest change of a rate that is seen', () => {
  for (const [was, before, now] of [
    [0.1, 900, 300],
    [0.02, 10_000, 1_000],
    [0.3, 10_000, 1_000],
  ] as const) {
    for (const minimumEffect of [0, 0.4]) {
      test(`of ${was}, ${before} against ${now} rows, above ${minimumEffect}: four of five the harder way, more the other`, () => {
        const law = { hits: Math.round(was * before), before, now, floor }
        const effect = detectableRate(law, { logLevel, minimumEffect, dispersion: 1 })
        const counts = [effect, -effect].map((change) => {
          const is = Math.max(0, (was + floor) * Math.exp(change) - floor)
          return alarmed(was, is, before, now, minimumEffect)
        })
        assert.ok(Math.min(...counts) >= least, `${counts} at ${effect}`)
        // The limit of the harder way is close; counts jump where few rows are hits.
        assert.ok(Math.min(...counts) <= most, `${counts} at ${effect}`)
      })
    }
  }

  test('is that of a rise alone where no fall can be seen', () => {
    const law = { hits: 10, before: 2_000, now: 2_000, floor }
    const effect = detectableRate(law, { logLevel, minimumEffect: 0, dispersion: 1 })
    assert.ok(effect > Math.log((0.005 + floor) / floor))
    const is = (0.005 + floor) * Math.exp(effect) - floor
    assert.ok(alarmed(0.005, is, 2_000, 2_000, 0) >= least)
  })

  test('grows with dispersion and with a stricter level, and never beyond what a rate can change by', () => {
    const law = { hits: 90, before: 900, now: 300, floor }
    const at = (logLevel: number, dispersion: number) =>
      detectableRate(law, { logLevel, minimumEffect: 0, dispersion })
    assert.ok(at(-10, 1) > at(-5, 1))
    assert.ok(at(-10, 4) > at(-10, 1))
    assert.ok(at(-600, 1) <= Math.log((1 + floor) / (0.1 + floor)) * (1 + 1e-9))
  })
})
