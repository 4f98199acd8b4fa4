import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Metrics } from '../../contracts/training.ts'
import { compare } from '../../policies/comparison.ts'

const metrics = (changes: Partial<Metrics> = {}): Metrics => ({
  rows: 100,
  accuracy: 0.9,
  auc: 0.95,
  brier: 0.07,
  log_loss: 0.2,
  ...changes,
})
const policy = { metric: 'brier', minimumGain: 0.005 } as const

test('a candidate that gains more than the minimum is better', () => {
  const result = compare(
    { champion: metrics(), candidate: metrics({ brier: 0.05 }), positives: 40 },
    policy,
  )
  assert.equal(result.better, true)
  assert.match(result.reason, /brier 0\.0700 -> 0\.0500 on 100 held-out rows: gain 0\.0200/)
})

test('a gain of exactly the minimum is not enough', () => {
  const input = { champion: metrics({ accuracy: 0.5 }), candidate: metrics({ accuracy: 0.75 }) }
  const result = compare({ ...input, positives: 40 }, { metric: 'accuracy', minimumGain: 0.25 })
  assert.equal(result.better, false)
})

test('more is better for accuracy and area, less for brier and log loss', () => {
  for (const [metric, value] of [
    ['accuracy', 0.99],
    ['auc', 0.99],
    ['brier', 0.01],
    ['log_loss', 0.01],
  ] as const) {
    const input = { champion: metrics(), candidate: metrics({ [metric]: value }), positives: 40 }
    assert.equal(compare(input, { metric, minimumGain: 0 }).better, true, metric)
  }
})

test('the first candidate has nobody to beat', () => {
  const result = compare({ champion: null, candidate: metrics(), positives: 40 }, policy)
  assert.equal(result.better, true)
  assert.equal(result.gain, null)
})

test('nothing is decided on no rows, one class, different rows or a metric that is no number', () => {
  const champion = metrics()
  for (const input of [
    { champion, candidate: metrics({ rows: 0 }), positives: 0 },
    { champion, candidate: metrics({ brier: 0 }), positives: 100 },
    { champion, candidate: metrics({ brier: 0 }), positives: 0 },
    { champion: metrics({ rows: 99 }), candidate: metrics({ brier: 0 }), positives: 40 },
    { champion, candidate: metrics({ brier: Number.NaN }), positives: 40 },
  ]) {
    assert.equal(compare(input, policy).better, false)
  }
})
