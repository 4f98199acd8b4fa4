import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cbpe, estimateCbpe, fitCbpe } from '../../../statistics/cbpe/binary.ts'
import { estimateMulticlassCbpe, fitMulticlassCbpe } from '../../../statistics/cbpe/multiclass.ts'
import { reweightedCbpe } from '../../../statistics/cbpe/reweighted.ts'
import { importanceWeights } from '../../../statistics/importance-weights.ts'
import { classificationMetrics } from '../../../statistics/metrics/binary.ts'
import { multiclassMetrics } from '../../../statistics/metrics/multiclass.ts'
import { mulberry32, normal } from '../../support/mulberry32.ts'
import { classifierRows } from '../intervals/worlds.ts'

const called = (scores: Float64Array) => scores.map((score) => (score >= 0.5 ? 1 : 0))

test('of shifted inputs the estimate is what the labels later show, within its sampling error', () => {
  const next = mulberry32(41)
  const reference = classifierRows(8_000, next, { wrong: 0.5 })
  const fitted = fitCbpe(
    { ...reference, predicted: called(reference.scores) },
    reference.labels,
    next,
  )
  const now = classifierRows(4_000, next, { wrong: 0.5, centre: 1, spread: 1 })
  const { values, samplingErrors } = estimateCbpe(fitted, {
    scores: now.scores,
    predicted: called(now.scores),
  })
  const truth = classificationMetrics(now.scores, now.labels)
  for (const [metric, value] of Object.entries(values)) {
    const gap = Math.abs(value - (truth[metric as keyof typeof truth] as number))
    const error = samplingErrors[metric as keyof typeof values]
    assert.ok(gap < 5 * error, `${metric} is off by ${gap}, with an error of ${error}`)
  }
})

test('scores that are calibrated enough are used as they are', () => {
  const next = mulberry32(42)
  const { scores, labels } = classifierRows(3_000, next, { wrong: 1.5 })
  const rows = { scores, predicted: called(scores) }
  assert.notEqual(fitCbpe(rows, labels, next).calibration, null)
  assert.equal(fitCbpe(rows, labels.fill(1), next).calibration, null)
})

test('a stored estimator gives the same bytes, and the same estimates', () => {
  const next = mulberry32(43)
  const { scores, labels } = classifierRows(1_000, next, { wrong: 1 })
  const rows = { scores, predicted: called(scores) }
  const fitted = fitCbpe(rows, labels, next)
  const text = JSON.stringify(fitted)
  const again = JSON.parse(text) as Cbpe
  assert.equal(JSON.stringify(again), text)
  assert.deepEqual(estimateCbpe(again, rows), estimateCbpe(fitted, rows))
})

test('of several classes the estimate is near to what the labels show', () => {
  const next = mulberry32(44)
  const draw = (rows: number) => {
    const probabilities = [0, 1, 2].map(() => new Float64Array(rows))
    const [labels, predicted] = [new Uint8Array(rows), new Uint8Array(rows)]
    for (let row = 0; row < rows; row++) {
      const powers = probabilities.map(() => Math.exp(1.5 * normal(next)))
      const sum = powers.reduce((a, b) => a + b, 0)
      for (const [i, each] of probabilities.entries()) each[row] = (powers[i] as number) / sum
      predicted[row] = powers.indexOf(Math.max(...powers))
      const u = next() * sum
      labels[row] =
        u < (powers[0] as number) ? 0 : u < (powers[0] as number) + (powers[1] as number) ? 1 : 2
    }
    return { probabilities, labels, predicted }
  }
  const [reference, now] = [draw(4_000), draw(4_000)]
  const fitted = fitMulticlassCbpe(reference, reference.labels, next)
  const { values, samplingErrors } = estimateMulticlassCbpe(fitted, now)
  const truth = multiclassMetrics({ ...now, classes: 3 })
  for (const [metric, value] of Object.entries(values)) {
    const gap = Math.abs(value - (truth[metric as keyof typeof truth] as number))
    assert.ok(gap < 5 * samplingErrors[metric as keyof typeof values], `${metric} ${gap}`)
  }
})

test('where a score means another thing in other inputs, weights by the inputs find it', () => {
  const next = mulberry32(45)
  const draw = (rows: number, share: number) => {
    const group = Float64Array.from({ length: rows }, () => (next() < share ? 1 : 0))
    const scores = group.map(() => next())
    const labels = scores.map((score, i) =>
      next() < (group[i] === 1 ? score * 0.3 : score) ? 1 : 0,
    )
    return { group, scores, labels, predicted: called(scores) }
  }
  const [reference, now] = [draw(3_000, 0.2), draw(3_000, 0.9)]
  const plain = fitCbpe(reference, reference.labels, next)
  const { weights, effectiveRows } = importanceWeights(
    [
      { kind: 'numeric', values: Float64Array.from([...reference.group, ...now.group]) },
      { kind: 'numeric', values: Float64Array.from([...reference.scores, ...now.scores]) },
    ],
    3_000,
    next,
    { trees: 20, leaves: 8 },
  )
  assert.ok(effectiveRows > 300 && effectiveRows < 2_000, `${effectiveRows}`)
  const fitted = reweightedCbpe(plain, reference.scores, reference.labels, weights)
  const truth = classificationMetrics(now.scores, now.labels).precision
  const off = (one: Cbpe) => Math.abs(estimateCbpe(one, now).values.precision - truth)
  assert.ok(off(plain) > 0.2, `${off(plain)}`)
  assert.ok(off(fitted) < 0.08, `${off(fitted)}`)
})
