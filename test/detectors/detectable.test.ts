import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareWith, detectors } from '../../detectors/index.ts'
import { alarms } from '../../policies/alarm.ts'
import { detectableBy } from '../../policies/detectable.ts'
import { fallen, recoded, shifted, shiftedQuantiles } from '../support/changes.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const level = 1e-4
const trials = 200
// At 80 %, fewer than 142 of 200 have a chance of 0.1 %.
const least = 142

/** Of a histogram distance quantile cells, since categories would have a law to be drawn for every window. */
const changes = [fallen(900, 300), recoded(900, 300), shifted(900, 300)]
const quantiles = shiftedQuantiles(3_000, 1_000)

/** Every test that says how its effect is estimated, on the first change that it reads. */
const asked = Object.values(detectors).flatMap((detector) => {
  if (detector.role !== 'test' || detector.from !== 'counts') return []
  const isDrawn = 'bins' in detector.options.shape
  for (const change of isDrawn ? [quantiles] : changes) {
    const sides = change.drawn(0.3, mulberry32(1))
    if (detector.reads !== 'any' && detector.reads !== sides.kind) continue
    const probe = compareWith(detector, sides)
    if (probe.law !== undefined && probe.pValue !== null) return [{ detector, change, probe }]
  }
  return []
})

describe('the smallest effect that a window could have seen', () => {
  test('is told by every test that decides by default', () => {
    const names = asked.map(({ detector }) => detector.name)
    for (const name of [
      'combined',
      'combined-categories',
      'psi',
      'total-variation',
      'fisher-exact',
    ]) {
      assert.ok(names.includes(name as never), name)
    }
  })

  for (const { detector, change, probe } of asked) {
    for (const minimumEffect of [1e-6, detector.minimumEffect]) {
      test(`${detector.name}: four windows of five raise an alarm there, above ${minimumEffect}`, () => {
        const effect = detectableBy(probe, minimumEffect, level)
        assert.ok(effect !== null)
        const seen = (share: number, seed: number) => {
          const next = mulberry32(seed)
          const size = sizeOf(share * effect)
          let hits = 0
          for (let trial = 0; trial < trials; trial++) {
            const score = compareWith(detector, change.drawn(size, next))
            if (alarms(score, minimumEffect, level)) hits++
          }
          return hits
        }
        const hits = seen(1, 5)
        assert.ok(hits >= least, `${hits} of ${trials} at ${effect}`)
        // Nor is it quoted a quarter too large.
        const fewer = seen(0.8, 6)
        assert.ok(fewer < 0.8 * trials, `${fewer} of ${trials} at ${0.8 * effect}`)
      })
    }

    /** How large the change is that has this effect. */
    function sizeOf(effect: number): number {
      let [low, high] = [0, 4]
      for (let i = 0; i < 40; i++) {
        const middle = (low + high) / 2
        if (compareWith(detector, change.expected(middle), {}, 'to describe').effect < effect)
          low = middle
        else high = middle
      }
      return high
    }
  }
})
