import { deviance } from './gamma.ts'
import { chiSquareSf, logChiSquareSf } from './special.ts'
import { total } from './total.ts'

type Table = readonly ArrayLike<number>[]

/** A test of independence of the rows and columns of a table of counts. */
export interface TableTest {
  readonly statistic: number
  readonly degrees: number
  readonly p: number
  /** ln p, finite also where p is too small for a double. */
  readonly logP: number
  readonly n: number
}

/** Pearson's chi-square of an R x C table of counts; rows and columns without any count are left out. */
export const chiSquareTest = (table: Table): TableTest =>
  test(table, (observed, expected) => (observed - expected) ** 2 / expected)

/**
 * Pearson's chi-square with Yates's correction (1934): every count is moved by at most a half towards what is
 * expected. Only where there is one degree of freedom; elsewhere it is Pearson's.
 */
export const yatesTest = (table: Table): TableTest =>
  test(table, (observed, expected, degrees) => {
    const distance = Math.abs(observed - expected)
    const moved = degrees === 1 ? distance - Math.min(0.5, distance) : distance
    return moved ** 2 / expected
  })

/** The likelihood-ratio statistic G = 2 Σ O ln(O / E) (Wilks 1938), close to chi-square when counts are not small. */
export const gTest = (table: Table): TableTest =>
  test(table, (observed, expected) => 2 * deviance(observed, expected))

function test(
  table: Table,
  term: (observed: number, expected: number, degrees: number) => number,
): TableTest {
  const { rows, columns, n } = margins(table)
  const filled = (sums: readonly number[]) => sums.filter((sum) => sum > 0).length
  const degrees = (filled(rows) - 1) * (filled(columns) - 1)
  if (degrees < 1) return { statistic: 0, degrees: 0, p: 1, logP: 0, n }
  let statistic = 0
  for (let i = 0; i < table.length; i++) {
    const row = table[i] as ArrayLike<number>
    for (let j = 0; j < columns.length; j++) {
      const expected = ((rows[i] as number) * (columns[j] as number)) / n
      if (expected > 0) statistic += term(row[j] as number, expected, degrees)
    }
  }
  const p = chiSquareSf(statistic, degrees)
  return { statistic, degrees, p, logP: logChiSquareSf(statistic, degrees), n }
}

/** Counts that independence would give, row by row. Throws RangeError for a row or column without any count. */
export function expectedCounts(table: Table): number[][] {
  const { rows, columns, n } = margins(table)
  if ([...rows, ...columns].some((sum) => sum === 0)) {
    throw new RangeError('a row or column of the table holds no count at all')
  }
  return rows.map((row) => columns.map((column) => (row * column) / n))
}

function margins(table: Table) {
  const rows = table.map(total)
  const columns: number[] = Array(table[0]?.length ?? 0).fill(0)
  for (const row of table) {
    for (let j = 0; j < columns.length; j++) columns[j]! += row[j] as number
  }
  return { rows, columns, n: total(rows) }
}

/** Cramér's V of an R x C table from its chi-square, plain and bias-corrected (Bergsma 2013). */
export function cramersV(
  statistic: number,
  n: number,
  r: number,
  c: number,
): { plain: number; corrected: number } {
  const phi = statistic / n
  const correctedPhi = Math.max(0, phi - ((r - 1) * (c - 1)) / (n - 1))
  const correctedR = r - (r - 1) ** 2 / (n - 1)
  const correctedC = c - (c - 1) ** 2 / (n - 1)
  return {
    plain: Math.sqrt(phi / Math.min(r - 1, c - 1)),
    // 0 over 0 with two rows: nothing is left without what chance adds.
    corrected:
      correctedPhi > 0 ? Math.sqrt(correctedPhi / Math.min(correctedR - 1, correctedC - 1)) : 0,
  }
}
