import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PerformanceFinding } from '../../contracts/performance-finding.ts'
import { judgePerformance } from '../../policies/performance.ts'
import { labelsBetweenAlarms, performanceLevel } from '../../policies/performance-budget.ts'
import { windowSignificance } from '../../policies/spans.ts'

const finding = (given: Partial<PerformanceFinding>): PerformanceFinding => ({
  ...{ rule: 'loss', version: '1', segment: '', state: 'ok', p: 0.5, level: 0.001 },
  ...{ effect: 0.01, effectInterval: [0, 0.02], metric: 'brier', minimumEffect: 0.005 },
  ...{ n: 400, since: null, sentence: 'as it was' },
  ...given,
})
const unavailable = finding({ state: 'unavailable', sentence: 'learning what is usual' })

test('one alarm is DRIFT, and the sentence says which', () => {
  const alarm = finding({ state: 'alarm', segment: 'region=north', sentence: 'it got worse' })
  const { verdict, headline } = judgePerformance({
    by: 'labels',
    findings: [finding({}), alarm, unavailable],
  })
  assert.equal(verdict, 'DRIFT')
  assert.equal(headline, 'version 1 in region=north: it got worse')
})

test('of many alarms those of all predictions are quoted first, and the rest is counted', () => {
  const alarms = ['', 'a', 'b', 'c'].map((segment, i) =>
    finding({ state: 'alarm', segment, effect: i / 10, sentence: `worse by ${i / 10}` }),
  )
  const { headline } = judgePerformance({ by: 'labels', findings: alarms })
  assert.equal(headline, 'version 1: worse by 0; version 1 in c: worse by 0.3; 2 more alarms')
})

test('where nothing could be told nobody says that nothing changed', () => {
  const labels = judgePerformance({ by: 'labels', findings: [unavailable] })
  assert.equal(labels.verdict, 'INSUFFICIENT_LABELS')
  assert.equal(labels.headline, 'nothing can be judged yet: version 1: learning what is usual')
  const estimate = judgePerformance({ by: 'estimate', findings: [] })
  assert.deepEqual(
    [estimate.verdict, estimate.headline],
    ['INSUFFICIENT_DATA', 'nothing could be judged'],
  )
})

test('a change that is too small, or for the better, is watched and no drift', () => {
  const watch = finding({ state: 'watch', sentence: 'it got better' })
  const { verdict, headline } = judgePerformance({ by: 'labels', findings: [finding({}), watch] })
  assert.equal(verdict, 'NO_DRIFT')
  assert.equal(headline, 'none of 2 looks at its performance alarms; version 1: it got better')
})

const hour = 3_600_000
const settings = {
  window: { length: hour, anchor: '1970-01-01T00:00:00Z' } as never,
  detection: {
    budget: { falseAlarms: 1, per: 720 * hour, performance: 0.25 },
    scales: [1, 6, 24, 168],
  },
}

test('the parts of the share, over rules, versions, segments and windows, are the share again', () => {
  const level = performanceLevel(settings, { rules: 4, versions: 2, parts: 5 })
  assert.ok(Math.abs(level * 4 * 2 * 5 * 720 - 0.25) < 1e-12)
})

test('a stream alarms as often in the time of the budget as its part says', () => {
  // 500 labels an hour, all versions together: 360,000 in the time of the budget.
  const labels = { labels: 12_000, ms: 24 * hour }
  const every = labelsBetweenAlarms(settings, { rules: 4, parts: 5 }, labels)
  assert.ok(Math.abs(360_000 / every - 0.25 / 20) < 1e-12)
})

test('tests of the data get what performance leaves, and all of it without labels', () => {
  const without = windowSignificance(settings)
  const withLabels = windowSignificance({ ...settings, labels: {} })
  assert.ok(Math.abs(withLabels / without - 0.75) < 1e-12)
})
