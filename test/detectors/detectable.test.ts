import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compareWith, detectors, type Sides, sidesOfValues } from '../../detectors/index.ts'
import { alarms } from '../../policies/alarm.ts'
import { detectableBy } from '../../policies/detectable.ts'
import { normalSf } from '../../statistics/special.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const [n, m] = [900, 300]
const level = 1e-4
const trials = 200
// At 80 %, fewer than 142 of 200 have a chance of 0.1 %.
const least = 142

/** Rows and laws of one kind of change; `size` says how large it is. */
interface World {
  drawn(size: number, next: () => number): Sides
  /** Both sides as they would be in an endless sample. */
  expected(size: number): Sides
}

const shifted: World = {
  drawn: (size, next) => {
    const gauss = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    return sidesOfValues(
      'x',
      Float64Array.from({ length: n }, gauss),
      Float64Array.from({ length: m }, () => gauss() + size),
    )
  },
  expected(size) {
    const edges = Float64Array.from({ length: 399 }, (_, i) => -5 + (i + 1) / 40)
    const cells = (shift: number, rows: number) => {
      const below = [...Array.from(edges, (edge) => 1 - normalSf(edge - shift)), 1]
      return Float64Array.from(below, (share, i) => rows * 1e6 * (share - (below[i - 1] ?? 0)))
    }
    return {
      kind: 'numeric',
      feature: 'x',
      reference: cells(0, n),
      current: cells(size, m),
      low: Float64Array.of(-10, ...edges),
      high: Float64Array.of(...edges, 10),
      cells: 'given',
      moments: {
        reference: { count: n * 1e6, mean: 0, sd: 1 },
        current: { count: m * 1e6, mean: size, sd: 1 },
      },
      range: { reference: [-10, 10], current: [-10, 10] },
      missing: { reference: 0, current: 0 },
    }
  },
}

const shares = Array.from({ length: 10 }, (_, i) => (i + 1) / 55)
const moved = (size: number) => shares.map((share, i) => share * (1 + (i % 2 === 0 ? size : 0)))

const recoded: World = {
  drawn(size, next) {
    const draw = (weights: readonly number[], rows: number) => {
      const all = weights.reduce((sum, weight) => sum + weight, 0)
      const counts = new Float64Array(11)
      for (let row = 0; row < rows; row++) {
        let [at, cell] = [next() * all, 0]
        while (cell < 9 && at >= (weights[cell] as number)) at -= weights[cell++] as number
        counts[cell] = (counts[cell] as number) + 1
      }
      return counts
    }
    return categories(draw(shares, n), draw(moved(size), m))
  },
  expected(size) {
    const cells = (weights: readonly number[], rows: number) => {
      const all = weights.reduce((sum, weight) => sum + weight, 0)
      return Float64Array.from([...weights.map((weight) => (rows * 1e6 * weight) / all), 0])
    }
    return categories(cells(shares, n), cells(moved(size), m))
  },
}

const categories = (reference: Float64Array, current: Float64Array): Sides => ({
  kind: 'categorical',
  feature: 'x',
  categories: shares.map((_, i) => `c${i}`),
  reference,
  current,
  unseen: [],
  missing: { reference: 0, current: 0 },
})

/** Every test that says how its effect is estimated, on a change that it reads. */
const asked = Object.values(detectors).flatMap((detector) => {
  const world = detector.reads === 'numeric' ? shifted : recoded
  if (detector.role !== 'test' || detector.from !== 'counts') return []
  const probe = compareWith(detector, world.drawn(0.3, mulberry32(1)))
  return probe.law === undefined || probe.pValue === null ? [] : [{ detector, world, probe }]
})

describe('the smallest effect that a window could have seen', () => {
  test('is told by every test that decides by default', () => {
    const names = asked.map(({ detector }) => detector.name)
    for (const name of ['ks', 'chi-square']) assert.ok(names.includes(name as never), name)
  })

  for (const { detector, world, probe } of asked) {
    for (const minimumEffect of [1e-6, detector.minimumEffect]) {
      test(`${detector.name}: four windows of five raise an alarm there, above ${minimumEffect}`, () => {
        const effect = detectableBy(probe, minimumEffect, level)
        assert.ok(effect !== null)
        const seen = (share: number, seed: number) => {
          const next = mulberry32(seed)
          const size = sizeOf(share * effect)
          let hits = 0
          for (let trial = 0; trial < trials; trial++) {
            const score = compareWith(detector, world.drawn(size, next))
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
        if (compareWith(detector, world.expected(middle)).effect < effect) low = middle
        else high = middle
      }
      return high
    }
  }
})
