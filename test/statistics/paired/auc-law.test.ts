import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairedAuc } from '../../../statistics/intervals/auc.ts'
import { variance } from '../../../statistics/mean-variance.ts'
import { auc } from '../../../statistics/metrics/ranking.ts'
import { aucLaw } from '../../../statistics/paired/auc-law.ts'
import { wider } from '../../../statistics/paired/law.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'
import { twoModels, within } from './worlds.ts'

test("DeLong's standard error is that of rows drawn again, both models together", () => {
  const next = mulberry32(41)
  const { labels, champion, candidate } = twoModels(400, next, { champion: 1.5 })
  const law = aucLaw(labels, champion, candidate)
  const gaps = Array.from({ length: 1_500 }, () => {
    const rows = Array.from({ length: 400 }, () => Math.floor(next() * 400))
    const of = (values: ArrayLike<number>) => rows.map((row) => values[row] as number)
    return auc(of(candidate), of(labels)) - auc(of(champion), of(labels))
  })
  const ratio = law.error / wider / Math.sqrt(variance(gaps))
  assert.ok(ratio > 0.93 && ratio < 1.07, `${ratio}`)
  assert.ok(Math.abs(law.gain - pairedAuc(labels, champion, candidate).difference) < 1e-12)
})

for (const [rows, positives, distance] of [
  [100, 50, 1],
  [100, 20, 2.5],
  [300, 30, 1],
] as const) {
  test(`of two equally good models, ${positives} of ${rows} rows of class 1, 94 to 98.5 % of the intervals hold 0`, () => {
    const next = mulberry32(42)
    const trials = 400
    let [held, low, high] = [0, 0, 0]
    for (let trial = 0; trial < trials; trial++) {
      const labels = Array.from({ length: rows }, (_, row) => (row < positives ? 1 : 0))
      const common = labels.map((label) => distance * label + normal(next))
      const model = () => common.map((value) => value + 0.7 * normal(next))
      const [from, to] = aucLaw(labels, model(), model()).interval(0.95)
      if (from > 0) low++
      else if (to < 0) high++
      else held++
    }
    assert.ok(within(held, trials, 0.94, 0.985), `${held} of ${trials}`)
    for (const side of [low, high]) assert.ok(within(side, trials, 0, 0.03), `${low} ${high}`)
  })
}

test('two perfect orders are no proof that both are perfect', () => {
  const labels = Array.from({ length: 40 }, (_, row) => (row < 20 ? 1 : 0))
  const [low, high] = aucLaw(labels, labels, labels).interval(0.95)
  assert.ok(low < 0 && high > 0)
  assert.throws(() => aucLaw([1, 0, 0], [1, 0, 0], [1, 0, 0]), RangeError)
})
