import type { Column } from '../adapters/files/table.ts'
import type { JointScores } from '../contracts/report.ts'
import type { RowColumn, RowTable } from '../detectors/rows.ts'
import { scoreRows } from '../detectors/score-rows.ts'
import { orders } from '../statistics/permutation.ts'
import { seededRandom, seedOf } from '../statistics/seeded-random.ts'

/** Of a longer file so many rows are drawn: row detectors take longer with the square of the rows, or learn from all. */
const mostRows = 5_000

export interface RowsOfFile {
  readonly rows: number
  readonly columns: ReadonlyMap<string, Column>
  /** Of its bytes: the same file, the same draw. */
  readonly digest: string
}

/**
 * The named row detectors over the columns of two files, or over rows drawn from each. Clustered rows they only describe,
 * since shuffling takes rows for independent. Pure and deterministic.
 */
export const scoreTogether = (
  names: readonly string[],
  columns: readonly string[],
  reference: RowsOfFile,
  current: RowsOfFile,
  clustered = false,
): JointScores[] =>
  scoreRows(names, {
    reference: drawnRows(reference, columns),
    current: drawnRows(current, columns),
    seed: `${reference.digest} ${current.digest}`,
    ...(clustered && { clustered }),
  })

function drawnRows({ rows, columns, digest }: RowsOfFile, names: readonly string[]): RowTable {
  const order = orders(rows, seededRandom(seedOf(digest)))()
  const drawn = rows > mostRows ? order.slice(0, mostRows).sort() : order.sort()
  return {
    rows: drawn.length,
    columns: names.flatMap((name): RowColumn[] => {
      const column = columns.get(name)
      if (column === undefined) return []
      if (column.kind === 'categorical') {
        const { categories, codes } = column
        const kept = Int32Array.from(drawn, (row) => codes[row] as number)
        return [{ name, kind: 'categorical', categories, codes: kept }]
      }
      const values = Float64Array.from(drawn, (row) => column.values[row] as number)
      return [{ name, kind: 'numeric', values }]
    }),
  }
}
