import { chiSquareTest, expectedCounts, gTest, yatesTest } from '../contingency.ts'
import { fisherTest } from '../fisher.ts'
import type { Alternative } from '../mann-whitney.ts'
import type { TestResult } from './scipy-ranks.ts'

type Table = readonly ArrayLike<number>[]

export interface Chi2ContingencyResult extends TestResult {
  readonly dof: number
  readonly expected_freq: readonly (readonly number[])[]
}

/**
 * `scipy.stats.chi2_contingency`: Yates's correction where there is one degree of freedom, unless told not to, and of
 * the likelihood ratio too. Throws RangeError for a negative count, and for a row or column without any.
 */
export function chi2Contingency(
  observed: Table,
  {
    correction = true,
    lambda_ = 'pearson',
  }: { correction?: boolean; lambda_?: 'pearson' | 'log-likelihood' } = {},
): Chi2ContingencyResult {
  if (observed.some((row) => Array.from(row).some((count) => !(count >= 0)))) {
    throw new RangeError('a count is negative')
  }
  const expected = expectedCounts(observed)
  const one = expected.length === 2 && expected[0]?.length === 2
  const ratio = lambda_ === 'log-likelihood'
  const found =
    correction && one && ratio
      ? gTest(expected.map((row, i) => moved(observed[i] as ArrayLike<number>, row)))
      : ratio
        ? gTest(observed)
        : correction
          ? yatesTest(observed)
          : chiSquareTest(observed)
  const { statistic, p, degrees } = found
  return { statistic, pvalue: p, dof: degrees, expected_freq: expected }
}

/** Every count moved by at most a half towards what is expected; the margins stay. */
const moved = (observed: ArrayLike<number>, expected: readonly number[]): number[] =>
  expected.map((count, j) => {
    const distance = count - (observed[j] as number)
    return (observed[j] as number) + Math.sign(distance) * Math.min(0.5, Math.abs(distance))
  })

export interface FisherExactResult {
  /** The sample odds ratio; infinite where a cell beside the diagonal is empty, null where a margin is. */
  readonly statistic: number | null
  readonly pvalue: number
}

/** `scipy.stats.fisher_exact` of a table of two rows and two columns. Throws RangeError for any other. */
export function fisherExact(
  table: Table,
  { alternative = 'two-sided' }: { alternative?: Alternative } = {},
): FisherExactResult {
  const cells = table.flatMap((row) => Array.from(row))
  const square = table.length === 2 && table.every(({ length }) => length === 2)
  if (!square || !cells.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new RangeError('a table of two rows and two columns of whole counts is needed')
  }
  const [a, b, c, d] = cells as [number, number, number, number]
  if ([a + b, c + d, a + c, b + d].includes(0)) return { statistic: null, pvalue: 1 }
  const { less, greater, twoSided } = fisherTest(a, b, c, d)
  const pvalue = { less, greater, 'two-sided': twoSided }[alternative]
  return { statistic: b * c > 0 ? (a * d) / (b * c) : Number.POSITIVE_INFINITY, pvalue }
}
