import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as scipy from '../../../statistics/compat/scipy.ts'

/** Answers of scipy 1.17.1 to random samples, small and with ties among them. */
interface Case {
  readonly fn: keyof typeof scipy
  readonly args: readonly unknown[]
  readonly options: object | null
  readonly result: unknown
}

const cases: Case[] = JSON.parse(
  readFileSync(new URL('./scipy-cases.json', import.meta.url), 'utf8'),
)

const functions: Readonly<Record<string, unknown>> = { ...scipy }

function asScipy(here: unknown, there: unknown, where: string): void {
  if (typeof there === 'number') {
    const difference = Math.abs((here as number) - there)
    // Its limit of Cramér and von Mises is 1 less a sum: no more than 14 digits after the point are meant.
    assert.ok(difference <= Math.max(1e-9 * Math.abs(there), 1e-14), `${where}: ${here}, ${there}`)
  } else if (typeof there === 'object' && there !== null) {
    for (const [key, value] of Object.entries(there)) {
      asScipy((here as Record<string, unknown>)[key], value, `${where} ${key}`)
    }
  } else {
    assert.equal(String(here), String(there), where)
  }
}

for (const fn of [...new Set(cases.map((one) => one.fn))].toSorted()) {
  const own = cases.filter((one) => one.fn === fn)
  test(`${fn} gives scipy's numbers over ${own.length} random samples`, () => {
    for (const { args, options, result } of own) {
      const call = functions[fn] as (...given: unknown[]) => unknown
      // Only the entropy may leave its second side out.
      const given = fn === 'entropy' ? [args[0], args[1]] : args
      const here = options === null ? call(...given) : call(...given, options)
      asScipy(here, result, `${fn} ${JSON.stringify(options)} ${JSON.stringify(args)}`)
    }
  })
}

test('two hundred samples are compared, and every function', () => {
  assert.ok(cases.length >= 200, `${cases.length}`)
  assert.deepEqual(
    [...new Set(cases.map(({ fn }) => fn))].toSorted(),
    Object.keys(scipy).toSorted(),
  )
})

test('the p-value of anderson_ksamp never leaves 0.001 to 0.25', () => {
  const far = Array.from({ length: 40 }, (_, i) => i)
  assert.equal(scipy.anderson_ksamp([far, far.map((x) => x + 100)]).pvalue, 0.001)
  assert.equal(scipy.anderson_ksamp([far, far]).pvalue, 0.25)
})

test('auto of ks_2samp takes the exact law of untied values up to 10,000 values a side', () => {
  const small = Array.from({ length: 200 }, (_, i) => Math.floor(i / 40))
  const large = Array.from({ length: 10_001 }, (_, i) => i % 6)
  const p = (side: number[], method: 'auto' | 'exact' | 'asymp') =>
    scipy.ks_2samp(small, side, { method }).pvalue
  assert.equal(p(large.slice(0, 10_000), 'auto'), p(large.slice(0, 10_000), 'exact'))
  assert.equal(p(large, 'auto'), p(large, 'asymp'))
  assert.notEqual(p(large, 'auto'), p(large, 'exact'))
})

test('a one-sided exact law that overflows a double falls back on the approximation', () => {
  // (1,100 choose 500) is 7e328.
  const side = (n: number, from: number) => Array.from({ length: n }, (_, i) => from + i / n)
  const p = (method: 'exact' | 'asymp') =>
    scipy.ks_2samp(side(500, 0.06), side(600, 0), { alternative: 'less', method }).pvalue
  assert.ok(Math.abs(p('exact') / p('asymp') - 1) < 1e-12)
  assert.ok(Math.abs(p('exact') - 0.11835811186647525) < 1e-12)
})

test('what gives NaN or an error there is refused', () => {
  const refused: (() => unknown)[] = [
    () => scipy.ks_2samp([], [1]),
    () => scipy.ks_2samp([Number.NaN], [1]),
    () => scipy.cramervonmises_2samp([1], [1, 2]),
    () => scipy.anderson_ksamp([[1], [1]]),
    () => scipy.mannwhitneyu([1, 1], [1, 1], { use_continuity: false, method: 'asymptotic' }),
    () => scipy.ttest_ind([1, 1], [1, 1]),
    () =>
      scipy.levene([
        [1, 1],
        [2, 2],
      ]),
    () => scipy.epps_singleton_2samp([1, 2, 3, 4], [1, 2, 3, 4, 5]),
    () =>
      scipy.chi2_contingency([
        [0, 1],
        [0, 2],
      ]),
    () =>
      scipy.chi2_contingency([
        [-1, 1],
        [1, 2],
      ]),
    () => scipy.fisher_exact([[1, 2, 3]]),
    () => scipy.wasserstein_distance([], [1]),
    () => scipy.energy_distance([1], [Number.POSITIVE_INFINITY]),
    () => scipy.entropy([0, 0]),
    () => scipy.jensenshannon([1], [1, 2]),
  ]
  for (const call of refused) assert.throws(call, RangeError, String(call))
})
