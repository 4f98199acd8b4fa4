import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { auc, binaryMetrics } from '../../statistics/metrics.ts'

interface Series {
  gen?: string
  seed?: number
  n?: number
  lo?: number
  hi?: number
  round?: Series
  mult?: number
}

/** The generator of `test/goldens`: mulberry32, one draw per element. */
function series(spec: Series): number[] {
  if (spec.round !== undefined) {
    return series(spec.round).map((x) => Math.floor(x * spec.mult! + 0.5) / spec.mult!)
  }
  let state = spec.seed! >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return Array.from({ length: spec.n! }, () => {
    const u = next()
    return spec.gen === 'cube' ? u * u * u : spec.lo! + (spec.hi! - spec.lo!) * u
  })
}

const goldens = JSON.parse(
  readFileSync(new URL('../goldens/metrics.json', import.meta.url), 'utf8'),
) as {
  cases: {
    id: string
    method: string
    input: { score: Series; label_u: Series; threshold: number }
    input_check: { score: { sum: number } }
    expected: Record<string, number>
  }[]
}

for (const golden of goldens.cases.filter((one) => one.method === 'metrics')) {
  test(`metrics agree with scikit-learn on ${golden.id}`, () => {
    const scores = series(golden.input.score)
    const uniform = series(golden.input.label_u)
    assert.equal(
      scores.reduce((sum, x) => sum + x, 0),
      golden.input_check.score.sum,
    )
    const labels = scores.map((score, row) => (uniform[row]! < score ? 1 : 0))
    const metrics = binaryMetrics(scores, labels, golden.input.threshold)
    const close = (actual: number, expected: number) =>
      assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} ${expected}`)
    close(metrics.accuracy, golden.expected['accuracy']!)
    close(metrics.auc, golden.expected['roc_auc']!)
    close(metrics.brier, golden.expected['brier']!)
    close(metrics.log_loss, golden.expected['log_loss']!)
  })
}

test('the area under the curve of one class alone is one half', () => {
  assert.equal(auc([0.1, 0.9], [1, 1]), 0.5)
  assert.equal(auc([0.1, 0.9], [0, 0]), 0.5)
})

test('a confident mistake has a finite log loss', () => {
  assert.ok(Number.isFinite(binaryMetrics([1, 0], [0, 1]).log_loss))
})

test('no rows, unequal lists, odd labels and scores that are no numbers are range errors', () => {
  for (const [scores, labels] of [
    [[], []],
    [[0.5], [0, 1]],
    [[0.5], [2]],
    [[Number.NaN], [1]],
  ] as [number[], number[]][]) {
    assert.throws(() => binaryMetrics(scores, labels), RangeError)
    assert.throws(() => auc(scores, labels), RangeError)
  }
})
