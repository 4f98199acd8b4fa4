import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FeatureScores, Score } from '../../contracts/report.ts'
import {
  type AcceptedWindow,
  historyOf,
  strengthsOf,
  testName,
  withHistory,
} from '../../policies/history.ts'
import { varianceInflation } from '../../statistics/autocorrelation.ts'
import { dispersionOf, excessOf } from '../../statistics/dispersion.ts'
import { logChiSquareSf } from '../../statistics/special.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { score } from '../support/score.ts'

const amount = (primary: Score = score(), segment?: string): FeatureScores => ({
  feature: 'amount',
  ...(segment !== undefined && { segment }),
  kind: 'numeric',
  primary,
  rules: [{ score: score({ detector: 'missing-rate', pValue: 0.5 }), minimumEffect: 0.05 }],
  others: [],
  minimumEffect: 0.01,
  distribution: { labels: [], reference: [], current: [] },
  sentence: '',
})

const hour = 3_600_000
const test = testName(amount(), score())

/** Hourly windows that vary `factors[scale]` times as much as sampling explains, in looks of several lengths. */
function accepted(size: number, factors: Readonly<Record<string, number>>): AcceptedWindow[] {
  const next = mulberry32(11)
  return Array.from({ length: size }, (_, i) => ({
    endMs: (i + 1) * hour,
    looks: Object.fromEntries(
      Object.entries(factors)
        .filter(([scale]) => (i + 1) % Number(scale) === 0)
        .map(([scale, factor]) => [scale, { [test]: -2 * factor * Math.log(1 - next()) }]),
    ),
  }))
}

describe('strengths of a look', () => {
  it('are -2 ln p of every test and rule that can raise an alarm, by name', () => {
    const strengths = strengthsOf([amount(), amount(score(), 'country=DE')])
    assert.deepEqual(Object.keys(strengths), [
      '["amount","ks"]',
      '["amount","missing-rate"]',
      '["amount","ks","country=DE"]',
      '["amount","missing-rate","country=DE"]',
    ])
    assert.equal(strengths[test], Number((-2 * Math.log(1e-6)).toPrecision(4)))
  })

  it('keep what is too small for a double, and leave out what has no p-value', () => {
    assert.equal(strengthsOf([amount(score({ pValue: 0, logP: -5_000 }))])[test], 10_000)
    assert.equal(strengthsOf([amount(score({ pValue: 0 }))])[test], 1_489)
    assert.equal(strengthsOf([amount(score({ pValue: null }))])[test], undefined)
  })
})

describe('the history of a look', () => {
  it('holds only looks that ended before it started', () => {
    const history = historyOf(accepted(100, { 1: 1 }), 1, 40 * hour)
    assert.equal(history.of(test)?.windows, 40)
    assert.equal(history.of('["other","ks"]'), null)
  })

  it('says nothing with fewer than eight windows', () => {
    assert.equal(historyOf(accepted(7, { 1: 1 }), 1, 100 * hour).of(test), null)
  })

  it('takes looks of the same length where there are enough', () => {
    const found = historyOf(accepted(2_400, { 1: 2, 6: 5 }), 6, 2_400 * hour).of(test)
    assert.equal(found?.windows, 400)
    assert.ok(Math.abs((found?.factor ?? 0) - 5) < 0.7, `${found?.factor}`)
  })

  it('carries the dispersion of shorter looks over, as their autocorrelation makes it grow', () => {
    const windows = accepted(2_400, { 1: 2, 6: 1 + varianceInflation(6, 0.7) })
    const found = historyOf(windows, 24, 2_400 * hour).of(test)
    const expected = 1 + varianceInflation(24, 0.7)
    assert.ok(Math.abs((found?.factor ?? 0) / expected - 1) < 0.25, `${found?.factor} ${expected}`)
  })

  it('lets it grow in proportion where one length alone is known', () => {
    const one = historyOf(accepted(400, { 1: 2 }), 1, 400 * hour).of(test)
    const six = historyOf(accepted(400, { 1: 2 }), 6, 400 * hour).of(test)
    assert.ok(one !== null && six !== null)
    assert.ok(Math.abs(six.factor - (one.factor + 5 * (one.factor - 1))) < 1e-9)
  })

  it('knows that a longer look shares more of its noise with the others, the reference being the same', () => {
    const windows = accepted(400, { 1: 2 })
    const six = historyOf(windows, 6, 400 * hour).of(test, { own: 0.5 })
    // Half of the noise of six windows is their own, so six of seven parts of that of one.
    const one = dispersionOf(
      windows.map(({ looks }) => looks[1]?.[test] as number),
      { own: 6 / 7 },
    )
    assert.ok(one !== null && six !== null && six.own === 0.5)
    // Six times as much over a noise that shrinks to 7/12 of what six times as many rows would make it.
    assert.ok(Math.abs(excessOf(six) / (6 * (7 / 12) * excessOf(one)) - 1) < 1e-9)
  })

  it('does not depend on the order in which the windows come', () => {
    const windows = accepted(300, { 1: 2, 6: 3 })
    assert.deepEqual(
      historyOf(windows.toReversed(), 6, 300 * hour).of(test),
      historyOf(windows, 6, 300 * hour).of(test),
    )
  })
})

const levels = { test: 0.01, rule: 0.01 }

describe('scores held against history', () => {
  it('stay as they are without one', () => {
    assert.deepEqual(withHistory([amount()], null, levels), [amount()])
  })

  it('get a p-value that is never smaller, and say where it comes from', () => {
    const history = historyOf(accepted(400, { 1: 3 }), 1, 400 * hour)
    const [held] = withHistory([amount()], history, levels)
    const prediction = held?.primary.prediction
    assert.ok(prediction?.pValue != null && prediction.pValue > 1e-3, `${prediction?.pValue}`)
    assert.equal(prediction.windows, 400)
    assert.equal(prediction.provisional, false)
    assert.equal(held?.rules[0]?.score.prediction, undefined, 'the rule has no history')
  })

  it('of a combined test learn from its main one, whose p-value its share divides', () => {
    const share = 0.8
    const windows = accepted(2_000, { 1: 1.3 }).map(({ endMs, looks }) => {
      const strength = Math.max(0, (looks[1]?.[test] ?? 0) + 2 * Math.log(share))
      return { endMs, looks: { 1: { [test]: strength } } }
    })
    const history = historyOf(windows, 1, 2_000 * hour)
    const [held] = withHistory([amount(score({ mainShare: share }))], history, levels)
    const dispersion = held?.primary.prediction?.dispersion ?? 0
    assert.ok(Math.abs(dispersion - 1.3) < 0.08, `${dispersion}`)
  })

  it('are provisional below thirty effective windows', () => {
    const history = historyOf(accepted(20, { 1: 1 }), 1, 20 * hour)
    assert.equal(withHistory([amount()], history, levels)[0]?.primary.prediction?.provisional, true)
  })

  it('get the level that an alarm needs where a law says what could have been seen, not elsewhere', () => {
    const law = { degrees: 3, size: 4_000 }
    const [known, silent] = withHistory([amount(score({ law })), amount()], null, levels, 3)
    const logLevel = known?.primary.prediction?.logLevel ?? 0
    // Of three degrees 1 % is 11.345; three times that.
    assert.ok(Math.abs(logLevel - logChiSquareSf(3 * 11.34487, 3)) < 1e-3, `${logLevel}`)
    assert.equal(silent?.primary.prediction?.logLevel, undefined)
  })

  it('know a declared design effect from the first window on', () => {
    const [held] = withHistory([amount()], null, levels, 3)
    assert.ok(Math.abs((held?.primary.prediction?.pValue ?? 0) - 0.01) < 1e-9)
  })

  it('divide the statistic by it, which ln p alone does for two degrees of freedom only', () => {
    const pValue = Math.exp(logChiSquareSf(60, 9))
    const table = amount(score({ pValue, law: { degrees: 9, size: 4_000 } }))
    const [held] = withHistory([table], null, { test: 0.05, rule: 0.05 }, 3)
    const expected = Math.exp(logChiSquareSf(20, 9))
    assert.ok(Math.abs((held?.primary.prediction?.pValue ?? 0) / expected - 1) < 1e-4)
  })
})
