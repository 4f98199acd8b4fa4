import assert from 'node:assert/strict'
import { test } from 'node:test'
import { studentQuantile } from '../../../statistics/intervals/student-quantile.ts'
import { mean, variance } from '../../../statistics/mean-variance.ts'
import { wider } from '../../../statistics/paired/law.ts'
import { meanLaw } from '../../../statistics/paired/mean-law.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'
import { gainedPerRow, skewedErrors, twoModels, within } from './worlds.ts'

type Draw = (rows: number, next: () => number) => Float64Array

const worlds: Record<string, Draw> = {
  'Brier score': (rows, next) => gainedPerRow(twoModels(rows, next), 'brier'),
  'log loss, one model much worse': (rows, next) =>
    gainedPerRow(twoModels(rows, next, { spread: 3, champion: 2, candidate: 0.2 }), 'log_loss'),
  'log loss, a rare class': (rows, next) =>
    gainedPerRow(twoModels(rows, next, { centre: -2, spread: 1.5, champion: 1 }), 'log_loss'),
  'expected cost': (rows, next) => gainedPerRow(twoModels(rows, next), 'cost'),
  'absolute errors, skewed': skewedErrors,
}

for (const [name, draw] of Object.entries(worlds)) {
  test(`95 % intervals of a gain in ${name} hold 94 to 98.5 % from 100 rows on`, () => {
    const next = mulberry32(31)
    const truth = mean(draw(200_000, next))
    const trials = 300
    let [bootstrap, bent, low, high] = [0, 0, 0, 0]
    for (let trial = 0; trial < trials; trial++) {
      const gained = draw(100, next)
      const [from, to] = meanLaw(gained, { next, resamples: 500 }).interval(0.95)
      const [start, end] = meanLaw(gained).interval(0.95)
      if (from <= truth && truth <= to) bootstrap++
      if (start <= truth && truth <= end) bent++
      if (from > truth) low++
      if (to < truth) high++
    }
    assert.ok(within(bootstrap, trials, 0.94, 0.985), `bootstrap ${bootstrap} of ${trials}`)
    assert.ok(within(bent, trials, 0.94, 0.985), `t ${bent} of ${trials}`)
    // Either end by itself: a one-sided test is what decides.
    for (const side of [low, high]) assert.ok(within(side, trials, 0, 0.03), `${low} ${high}`)
  })
}

test('without skewness and with few degrees lost it is the interval of Student', () => {
  const half = Array.from({ length: 200 }, (_, i) => Math.sin(i) * 2)
  const values = Float64Array.from([...half, ...half.map((value) => -value)]).map((v) => v + 0.1)
  const error = Math.sqrt(variance(values) / values.length)
  const law = meanLaw(values)
  const reach = wider * studentQuantile(0.025, values.length - 1) * error
  const [low, high] = law.interval(0.95)
  assert.ok(Math.abs(law.gain - 0.1) < 1e-12)
  assert.ok(Math.abs(low - (0.1 - reach)) < 1e-9 && Math.abs(high - (0.1 + reach)) < 1e-9)
})

test('where rows are many the bootstrap and the corrected t say the same', () => {
  const next = mulberry32(32)
  const gained = gainedPerRow(twoModels(2_000, next), 'log_loss')
  const drawn = meanLaw(gained, { next, resamples: 4_000 })
  const bent = meanLaw(gained)
  assert.deepEqual([drawn.method, bent.method], ['bootstrap', 't'])
  const width = bent.interval(0.95)[1] - bent.interval(0.95)[0]
  for (const end of [0, 1] as const) {
    const apart = Math.abs(drawn.interval(0.95)[end] - bent.interval(0.95)[end])
    assert.ok(apart < 0.04 * width, `${apart} of ${width}`)
  }
})

test('a value is outside of the interval where one of its tails says so', () => {
  const next = mulberry32(33)
  for (const law of [
    meanLaw(gainedPerRow(twoModels(150, next), 'brier'), { next }),
    meanLaw(gainedPerRow(twoModels(5_000, next), 'brier')),
  ]) {
    const [low, high] = law.interval(0.95)
    const width = high - low
    assert.ok(law.tail(low - width / 50, 1) < 0.025 && law.tail(low + width / 50, 1) > 0.025)
    assert.ok(law.tail(high + width / 50, -1) < 0.025 && law.tail(high - width / 50, -1) > 0.025)
  }
})

test('a few rows that differ prove little: two more are thought of', () => {
  const gained = new Float64Array(200)
  for (let row = 0; row < 5; row++) gained[row] = 1
  const law = meanLaw(gained, { next: mulberry32(34) })
  assert.equal(law.method, 't')
  assert.ok(law.interval(0.95)[0] < 0)
  assert.equal(meanLaw(new Float64Array(50)).tail(0, 1), 1)
})

test('levels that few resamples reach are those of the corrected t', () => {
  const next = mulberry32(35)
  const values = Float64Array.from({ length: 300 }, () => normal(next, 0.05, 0.3))
  const [drawn, bent] = [meanLaw(values, { next }), meanLaw(values)]
  assert.deepEqual(drawn.interval(0.999), bent.interval(0.999))
  assert.throws(() => meanLaw(Float64Array.of(1)), RangeError)
})
