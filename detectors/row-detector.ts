import type { z } from 'zod'
import type { Score } from '../contracts/report.ts'
import { type Comparison, invalid, optionsOf, scoreOf } from './detector.ts'
import { type PooledRows, poolRows, type RowTable } from './row-table.ts'

/** What else a row detector saw, as JSON. */
export type RowDetails = Readonly<
  Record<string, number | string | readonly Readonly<Record<string, number | string>>[]>
>

export interface RowComparison extends Omit<Comparison, 'n' | 'cells'> {
  readonly details?: RowDetails
}

/**
 * A detector that reads rows of several features at once: one file, one line in `detectors/rows.ts`, one page under
 * `docs/detectors`. All randomness comes from `next`, numbers in [0, 1).
 */
export interface RowDetector<Options extends z.ZodObject = z.ZodObject> {
  /** The name of its file. */
  readonly name: string
  readonly title: string
  readonly reads: 'rows'
  /** Raised when the same input would give other numbers. */
  readonly definition: number
  readonly role: 'test' | 'description'
  readonly options: Options
  readonly examples: readonly z.input<Options>[]
  /** The smallest effect that matters, with the reason in the page of the detector. */
  readonly minimumEffect: number
  /** Fewer rows on either side are refused. */
  readonly leastRows: number
  /** The smallest p-value that n reference rows and m current ones can give, whatever they hold. */
  smallestP(n: number, m: number, options: z.output<Options>): number
  /** What it saw, in words a person understands; without it the effect speaks. */
  tell?(score: Score, details: RowDetails): string
  compare(rows: PooledRows, options: z.output<Options>, next: () => number): RowComparison
}

/** Keeps the type of the options while the registry sees every detector alike. */
export const defineRowDetector = <Options extends z.ZodObject>(
  detector: RowDetector<Options>,
): RowDetector => detector as unknown as RowDetector

/** Rows are not cut into cells: `cells` is 0. */
export type RowScore = Score & { readonly details?: RowDetails }

/**
 * Runs a row detector. Throws DETECTOR_INPUT_INVALID where the sides have different columns or too few rows, where
 * an option is wrong, or where the detector finds no column that it reads.
 */
export function compareRows(
  detector: RowDetector,
  reference: RowTable,
  current: RowTable,
  options: Record<string, unknown>,
  next: () => number,
): RowScore {
  const parsed = optionsOf(detector, options)
  const rows = poolRows(reference, current)
  if (typeof rows === 'string') throw invalid(detector, rows)
  if (Math.min(rows.n, rows.m) < detector.leastRows) {
    throw invalid(detector, `a side has fewer than ${detector.leastRows} rows`)
  }
  const { details, ...comparison } = detector.compare(rows, parsed, next)
  const n = { reference: rows.n, current: rows.m }
  return {
    ...scoreOf(detector, parsed, { ...comparison, n, cells: 0 }),
    ...(details && { details }),
  }
}
