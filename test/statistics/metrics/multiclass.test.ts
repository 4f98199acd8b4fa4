import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classificationMetrics } from '../../../statistics/metrics/binary.ts'
import { multiclassMetrics } from '../../../statistics/metrics/multiclass.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

const labels = [0, 0, 0, 1, 1, 2, 2, 2, 2, 2]
const predicted = [0, 0, 1, 1, 2, 2, 2, 2, 0, 2]

const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual as number) - expected) < 1e-12, `${actual}, not ${expected}`)

test('averages over classes are plain, by labelled rows, or of all tables added up', () => {
  const of = (averaging: 'macro' | 'weighted' | 'micro') =>
    multiclassMetrics({ labels, predicted, classes: 3, averaging })
  // By class: 2 of 3, 1 of 2 and 4 of 5 labelled rows were found; 2 of 3, 1 of 2 and 4 of 5 predictions were right.
  near(of('macro').recall, (2 / 3 + 1 / 2 + 4 / 5) / 3)
  near(of('weighted').recall, 7 / 10)
  near(of('micro').precision, 7 / 10)
  near(of('macro').f1, (2 / 3 + 1 / 2 + 4 / 5) / 3)
  near(of('macro').specificity, (6 / 7 + 7 / 8 + 4 / 5) / 3)
  near(of('micro').accuracy, 7 / 10)
})

test('a class without a labelled row takes no part in an average', () => {
  const { recall, balanced_accuracy } = multiclassMetrics({ labels, predicted, classes: 4 })
  near(recall, (2 / 3 + 1 / 2 + 4 / 5) / 3)
  near(balanced_accuracy, recall)
})

test('of two classes the correlation is that of Matthews', () => {
  const next = mulberry32(3)
  const scores = Array.from({ length: 200 }, next)
  const truth = scores.map((score) => (next() < score ? 1 : 0))
  const two = multiclassMetrics({
    labels: truth,
    predicted: scores.map((score) => (score >= 0.5 ? 1 : 0)),
    classes: 2,
    probabilities: [scores.map((score) => 1 - score), scores],
  })
  const one = classificationMetrics(scores, truth)
  near(two.mcc, one.mcc)
  near(two.balanced_accuracy, one.balanced_accuracy)
  near(two.roc_auc, one.roc_auc)
  near(two.log_loss, one.log_loss)
  near(two.brier, 2 * one.brier)
})

test('costs follow the table of classes', () => {
  const costs = [
    [0, 1, 1],
    [5, 0, 5],
    [2, 2, 0],
  ]
  near(multiclassMetrics({ labels, predicted, classes: 3, costs }).expected_cost, (1 + 5 + 2) / 10)
})

test('a class that does not exist is a range error', () => {
  assert.throws(() => multiclassMetrics({ labels: [3], predicted: [0], classes: 3 }), RangeError)
})
