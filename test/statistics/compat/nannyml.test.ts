import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nannymlCategorical, nannymlNumeric } from '../../../statistics/compat/nannyml.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

test("NannyML's Kolmogorov-Smirnov sees nothing after one outlier in a large reference", () => {
  const next = mulberry32(1)
  const reference = Float64Array.from({ length: 10_000 }, next)
  const shifted = Float64Array.from({ length: 1_000 }, () => next() + 0.4)
  const last = (rows: Float64Array) =>
    nannymlNumeric('kolmogorov_smirnov', rows, shifted, 1_000).analysis[0] as number
  assert.ok(last(reference) > 0.35)
  reference[0] = 1e6
  assert.ok(last(reference) < 0.001)
})

test('a last chunk with fewer rows is kept', () => {
  const { reference } = nannymlCategorical('chi2', ['a', 'b', 'a', 'b', 'a'], ['a'], 2)
  assert.equal(reference.length, 3)
})

test('chi-square has no threshold: its p-value decides', () => {
  const before = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'a' : 'b'))
  const after = Array.from({ length: 100 }, () => 'a')
  const result = nannymlCategorical('chi2', before, after, 100)
  assert.equal(result.upper_threshold, null)
  assert.deepEqual(result.analysis_alerts, [0])
  assert.deepEqual(result.reference_alerts, [])
})

test('a method of another type is refused', () => {
  assert.throws(() => nannymlNumeric('chi2', [1], [1], 1), RangeError)
  assert.throws(() => nannymlCategorical('wasserstein', ['a'], ['a'], 1), RangeError)
})
