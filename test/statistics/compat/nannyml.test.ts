import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  nannymlCategorical,
  nannymlCategoricalMethods,
  nannymlNumeric,
  nannymlNumericMethods,
} from '../../../statistics/compat/nannyml.ts'
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

/** Answers of NannyML 0.13.1 to random columns. */
interface Case {
  readonly kind: 'numeric' | 'categorical'
  readonly method: string
  readonly reference: number[]
  readonly current: number[]
  readonly size: number
  readonly result: {
    readonly reference: number[]
    readonly analysis: number[]
    /** 1 or 0 for each chunk. */
    readonly reference_alerts: number[]
    readonly analysis_alerts: number[]
    readonly upper_threshold: number | null
  }
}

test('every method gives the numbers of the tool itself, chunk by chunk, and its alerts', () => {
  const cases: Case[] = JSON.parse(
    readFileSync(new URL('./nannyml-cases.json', import.meta.url), 'utf8'),
  )
  const methods = new Set(cases.map(({ kind, method }) => `${kind} ${method}`))
  assert.equal(methods.size, nannymlNumericMethods.length + nannymlCategoricalMethods.length)
  for (const { kind, method, reference, current, size, result } of cases) {
    const run = kind === 'numeric' ? nannymlNumeric : nannymlCategorical
    const here = run(method, reference, current, size)
    const near = (one: readonly number[], other: readonly number[]) => {
      assert.equal(one.length, other.length)
      for (const [i, value] of one.entries()) {
        assert.ok(Math.abs(value - other[i]!) <= 1e-9, `${kind} ${method}: ${value}, ${other[i]}`)
      }
    }
    near(here.reference, result.reference)
    near(here.analysis, result.analysis)
    near([here.upper_threshold ?? -1], [result.upper_threshold ?? -1])
    const alerted = (flags: number[]) => flags.flatMap((flag, i) => (flag === 1 ? [i] : []))
    assert.deepEqual(here.reference_alerts, alerted(result.reference_alerts))
    assert.deepEqual(here.analysis_alerts, alerted(result.analysis_alerts))
  }
})
