import {
  type AndersonDarlingTies,
  andersonDarlingCritical,
  andersonDarlingNormalised,
  andersonDarlingScipyP,
} from '../anderson-darling.ts'
import { cramerVonMisesExactP, cramerVonMisesMidrank } from '../cramer-von-mises.ts'
import { type Alternative, mannWhitney, mannWhitneyP } from '../mann-whitney.ts'
import { orderedCells, sampleCells } from '../ordered-cells.ts'
import { cvmLimitP } from './scipy-cvm-limit.ts'
import { finiteSample } from './scipy-samples.ts'

/** A test as scipy answers it. */
export interface TestResult {
  readonly statistic: number
  readonly pvalue: number
}

/**
 * `scipy.stats.cramervonmises_2samp`: `auto` is exact up to 20 values on either side, as if there were no ties. Its
 * limit (`cvmLimitP`) is good to some 1e-9, not relative. Throws RangeError below two values a side.
 */
export function cramervonmises2samp(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { method = 'auto' }: { method?: 'auto' | 'exact' | 'asymptotic' } = {},
): TestResult {
  const cells = orderedCells(finiteSample(x, 2), finiteSample(y, 2))
  const { statistic, sum, at } = cramerVonMisesMidrank(cells.reference, cells.current)
  const exact = method === 'auto' ? Math.max(x.length, y.length) <= 20 : method === 'exact'
  return {
    statistic,
    pvalue: exact ? cramerVonMisesExactP(sum, x.length, y.length) : cvmLimitP(at),
  }
}

export interface AndersonResult extends TestResult {
  /** Of the levels 25, 10, 5, 2.5, 1, 0.5 and 0.1 %. */
  readonly critical_values: readonly number[]
}

/**
 * `scipy.stats.anderson_ksamp`: the p-value is a parabola through seven levels and never leaves 0.001 to 0.25. Throws
 * RangeError below two samples, an empty sample or where all values are one.
 */
export function andersonKsamp(
  samples: readonly ArrayLike<number>[],
  { variant = 'midrank' }: { variant?: AndersonDarlingTies } = {},
): AndersonResult {
  if (samples.length < 2) throw new RangeError('Anderson-Darling needs two samples')
  const cells = sampleCells(samples.map((sample) => finiteSample(sample, 1)))
  if ((cells[0] as Float64Array).length < 2) throw new RangeError('all values are one')
  const statistic = andersonDarlingNormalised(cells, variant)
  return {
    statistic,
    critical_values: andersonDarlingCritical(samples.length),
    pvalue: andersonDarlingScipyP(statistic, samples.length),
  }
}

/**
 * `scipy.stats.mannwhitneyu`: `auto` is exact where a side has at most 8 values and no two are equal. Asked for, the
 * exact law is taken as if there were no ties, with half a pair rounded down. Throws RangeError for an empty side, and
 * without a correction where all values are one: scipy gives NaN.
 */
export function mannwhitneyu(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  {
    alternative = 'two-sided',
    method = 'auto',
    use_continuity = true,
  }: {
    alternative?: Alternative
    method?: 'auto' | 'exact' | 'asymptotic'
    use_continuity?: boolean
  } = {},
): TestResult {
  const { values, reference, current } = orderedCells(finiteSample(x, 1), finiteSample(y, 1))
  const ranks = mannWhitney(reference, current)
  const { u, n, m, sd } = ranks
  const tied = values.length < n + m
  const exact = method === 'auto' ? Math.min(n, m) <= 8 && !tied : method === 'exact'
  if (!exact) {
    if (sd === 0 && !use_continuity) throw new RangeError('all values are one')
    return { statistic: u, pvalue: mannWhitneyP(ranks, alternative, use_continuity) }
  }
  const other = n * m - u
  const above = alternative === 'greater' ? u : alternative === 'less' ? other : Math.max(u, other)
  const tail = exactTail(Math.floor(above), n, m)
  return { statistic: u, pvalue: Math.min(1, alternative === 'two-sided' ? 2 * tail : tail) }
}

/** P(U >= u) without ties, from the smaller of its tails. O((nm)²) at worst. */
function exactTail(u: number, n: number, m: number): number {
  const law = exactLaw(Math.min(n, m), Math.max(n, m))
  const opposite = n * m - u
  const cdf = (last: number) => law.subarray(0, last + 1).reduce((sum, p) => sum + p, 0)
  return u < opposite ? 1 - cdf(u) + (law[u] as number) : cdf(opposite)
}

/**
 * P(U = u) for u from 0: the largest row is of the first side with probability n / (n + m) and beats all m of the
 * other (Mann and Whitney 1947).
 */
function exactLaw(n: number, m: number): Float64Array {
  // laws[i]: of i rows against the j so far.
  let laws = Array.from({ length: n + 1 }, () => Float64Array.of(1))
  for (let j = 1; j <= m; j++) {
    const next = [Float64Array.of(1)]
    for (let i = 1; i <= n; i++) {
      const law = new Float64Array(i * j + 1)
      const [ofFirst, ofOther] = [next[i - 1] as Float64Array, laws[i] as Float64Array]
      for (let u = 0; u < ofFirst.length; u++) law[u + j] = ((ofFirst[u] as number) * i) / (i + j)
      for (let u = 0; u < ofOther.length; u++) {
        law[u] = (law[u] as number) + ((ofOther[u] as number) * j) / (i + j)
      }
      next.push(law)
    }
    laws = next
  }
  return laws[n] as Float64Array
}
