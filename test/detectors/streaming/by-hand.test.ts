import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  alarmsIn,
  type StreamState,
  streamingDetectors,
} from '../../../detectors/streaming/index.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'

/** What has no golden numbers, worked out a second time from its definition: whole sums, no recursion. */
const next = mulberry32(5)
const series = Array.from({ length: 600 }, (_, i) => normal(next, i < 300 ? 0 : 1, 1))
const bits = Array.from({ length: 600 }, (_, i) => (next() < (i < 300 ? 0.2 : 0.6) ? 1 : 0))
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

/** The first place at which `alarms` is true, again and again, each time from the value after it. */
function restarted(values: readonly number[], alarms: (seen: readonly number[]) => boolean) {
  const found: number[] = []
  let start = 0
  for (let i = 0; i < values.length; i++) {
    if (!alarms(values.slice(start, i + 1))) continue
    found.push(i)
    start = i + 1
  }
  return found
}

describe('EWMA chart', () => {
  const { ewma } = streamingDetectors
  const weighted = (seen: readonly number[], lambda: number, target: number) =>
    total(seen.map((x, i) => lambda * (1 - lambda) ** (seen.length - 1 - i) * (x - target)))

  test('is the weighted sum of all values against the deviation of such a sum', () => {
    const [lambda, limit] = [0.1, 2.5]
    const bound = limit * Math.sqrt(lambda / (2 - lambda))
    const expected = restarted(series, (seen) => Math.abs(weighted(seen, lambda, 0)) > bound)
    const state = ewma.start({ target: 0, sd: 1, lambda, limit })
    assert.deepEqual(alarmsIn(ewma, state, series), expected)
    assert.ok(expected.length > 3)
  })

  test('learns mean and deviation from the first values where it is told neither', () => {
    const [lambda, limit, learn] = [0.2, 3, 50]
    const expected = restarted(series, (seen) => {
      if (seen.length <= learn) return false
      const first = seen.slice(0, learn)
      const mean = total(first) / learn
      const sd = Math.sqrt(total(first.map((x) => (x - mean) ** 2)) / (learn - 1))
      const average = weighted(seen.slice(learn), lambda, mean)
      return Math.abs(average) > limit * sd * Math.sqrt(lambda / (2 - lambda))
    })
    assert.deepEqual(alarmsIn(ewma, ewma.start({ lambda, limit, learn }), series), expected)
    assert.ok(expected.length > 0)
  })
})

test('a Shewhart chart is the mean of each group against its own deviation', () => {
  const { shewhart } = streamingDetectors
  const group = 5
  for (const direction of ['up', 'both'] as const) {
    const expected = restarted(series, (seen) => {
      if (seen.length % group !== 0) return false
      const z = (total(seen.slice(-group)) / group) * Math.sqrt(group)
      return direction === 'up' ? z > 2 : Math.abs(z) > 2
    })
    const state = shewhart.start({ target: 0, sd: 1, group, limit: 2, direction })
    assert.deepEqual(alarmsIn(shewhart, state, series), expected)
    assert.ok(expected.length > 3)
  }
})

test('a CUSUM with charts is the largest sum of any last values, less the slack of each', () => {
  const { cusum } = streamingDetectors
  const charts = [
    { slack: 0.1, threshold: 4.95 },
    { slack: 0.3, threshold: 2.55 },
  ]
  const expected = restarted(bits, (seen) =>
    charts.some(({ slack, threshold }) =>
      seen.some((_, i) => total(seen.slice(i).map((x) => x - 0.2 - slack)) > threshold),
    ),
  )
  const state = cusum.start({ target: 0.2, charts, minimum: 1 })
  assert.deepEqual(alarmsIn(cusum, state, bits), expected)
  assert.ok(expected.length > 2)
})

test('a Page-Hinkley test with a known mean is that CUSUM', () => {
  const { cusum, 'page-hinkley': pageHinkley } = streamingDetectors
  const [delta, threshold] = [0.1, 4.95]
  const settings = { target: 0.2, minimum: 1 }
  const sum = cusum.start({ ...settings, charts: [{ slack: delta, threshold }] })
  const test = pageHinkley.start({ ...settings, delta, threshold, keep: 1, direction: 'up' })
  const expected = alarmsIn(cusum, sum, bits)
  assert.deepEqual(alarmsIn(pageHinkley, test, bits), expected)
  assert.ok(expected.length > 2)
})

describe('Bayesian online change detection', () => {
  const { bocd } = streamingDetectors
  const hazard = 0.02

  /** Density of a whole stretch of values under the prior: product of what each says after those before it. */
  const evidence = (stretch: readonly number[], model: 'normal' | 'bernoulli') =>
    stretch.reduce((product, x, n) => {
      const weight = 2 + n
      const mean = (0.3 * 2 + total(stretch.slice(0, n))) / weight
      if (model === 'bernoulli') return product * (x === 1 ? mean : 1 - mean)
      const spread = 1 / weight + 1
      return (
        (product * Math.exp((-(x - mean) * (x - mean)) / (2 * spread))) /
        Math.sqrt(2 * Math.PI * spread)
      )
    }, 1)

  /** Posterior of the number of values since the last change: every way to place changes is added up. */
  function posterior(seen: readonly number[], model: 'normal' | 'bernoulli'): number[] {
    const n = seen.length
    // Of all changes so far the last lies before value s: the stretches before it add up to `until[s]`.
    const until = [1]
    for (let s = 1; s <= n; s++) {
      until[s] = total(
        Array.from(
          { length: s },
          (_, from) =>
            (until[from] as number) *
            evidence(seen.slice(from, s), model) *
            (1 - hazard) ** (s - from - 1) *
            hazard,
        ),
      )
    }
    const joint = Array.from(
      { length: n + 1 },
      (_, start) =>
        (until[start] as number) * evidence(seen.slice(start), model) * (1 - hazard) ** (n - start),
    )
    return joint.map((value) => value / total(joint))
  }

  for (const model of ['normal', 'bernoulli'] as const) {
    test(`weighs every time since the last change as all ways to place changes do (${model})`, () => {
      const stream = (model === 'normal' ? series : bits).slice(280, 320)
      const settings = { model, hazard, priorMean: 0.3, priorWeight: 2, variance: 1, odds: 99 }
      const state = bocd.start({ ...settings, memory: 100 }) as StreamState & {
        runs: { log: number }[]
      }
      stream.forEach((value, i) => {
        bocd.step(state, value)
        const expected = posterior(stream.slice(0, i + 1), model)
        assert.equal(state.runs.length, expected.length)
        expected.forEach((weight, start) => {
          const actual = Math.exp(state.runs[start]!.log)
          assert.ok(Math.abs(actual - weight) < 1e-9 * weight + 1e-15, `${actual} for ${weight}`)
        })
      })
    })

    test(`alarms at the same places with a bounded memory (${model})`, () => {
      const stream = model === 'normal' ? series : bits
      const settings = { model, hazard: 0.001, priorMean: 0.3, priorWeight: 2, odds: 2 }
      const [all, few] = [1_000, 60].map((memory) =>
        alarmsIn(bocd, bocd.start({ ...settings, memory }), stream),
      )
      assert.deepEqual(few, all)
      assert.ok(all!.length > 0)
    })
  }
})
