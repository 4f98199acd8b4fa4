import type { SliceCondition } from '../../contracts/slice.ts'
import type { RowColumn, RowTable } from '../../detectors/rows.ts'
import { countBelow } from '../../statistics/count-below.ts'

/** A condition that holds for the cells from `from` on and below `below`. */
export interface Candidate {
  readonly from: number
  readonly below: number
  readonly condition: SliceCondition
}

/** The rows of one feature, each in a cell; conditions are runs of cells. */
export interface CutColumn {
  readonly feature: string
  /** By row. 0: no condition holds for it, as for a rare category. */
  readonly cells: Uint8Array
  readonly count: number
  readonly candidates: readonly Candidate[]
}

/** Cells of a number, and categories of a feature, at most: what a search costs is bounded by them. */
export const mostRanges = 8
export const mostCategories = 30

const missing = 1
const first = 2

/**
 * The columns of a table as cells, cut where `chosen` rows lie; the others are put into the same cells. Numbers are
 * cut at quantiles, or at each value where there are few; of categories the most frequent ones are told apart.
 * Vectors have no condition that a person could read and are left out.
 */
export const cutColumns = (
  { columns }: RowTable,
  chosen: Uint32Array,
  least: number,
): CutColumn[] =>
  columns.flatMap((column) => {
    if (column.kind === 'embedding') return []
    return column.kind === 'numeric'
      ? cutNumbers(column, chosen)
      : cutCategories(column, chosen, least)
  })

function cutNumbers(
  { name, values }: Extract<RowColumn, { kind: 'numeric' }>,
  chosen: Uint32Array,
): CutColumn {
  const sorted = Float64Array.from(chosen, (row) => values[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort()
  const edges = readableEdges(sorted)
  const cells = Uint8Array.from(values, (value) =>
    Number.isNaN(value) ? missing : first + countBelow(edges, value, true),
  )
  const count = first + edges.length + 1
  const candidates: Candidate[] = [missingOf(name)]
  for (let from = first; from < count; from++) {
    for (let below = from + 1; below <= count; below++) {
      if (from === first && below === count) continue
      const condition: SliceCondition = {
        ...{ kind: 'range', feature: name },
        from: edges[from - first - 1] ?? null,
        below: edges[below - first - 1] ?? null,
      }
      candidates.push({ from, below, condition })
    }
  }
  return { feature: name, cells, count, candidates }
}

function cutCategories(
  { name, codes, categories }: Extract<RowColumn, { kind: 'categorical' }>,
  chosen: Uint32Array,
  least: number,
): CutColumn {
  const rows = new Map<number, number>()
  for (const row of chosen) {
    const code = codes[row] as number
    if (code >= 0) rows.set(code, (rows.get(code) ?? 0) + 1)
  }
  const frequent = [...rows]
    .filter(([, count]) => count >= least)
    .sort(([left, a], [right, b]) => b - a || left - right)
    .slice(0, mostCategories)
  const cellOf = new Map(frequent.map(([code], place) => [code, first + place]))
  return {
    feature: name,
    cells: Uint8Array.from(codes, (code) => (code < 0 ? missing : (cellOf.get(code) ?? 0))),
    count: first + frequent.length,
    candidates: [
      missingOf(name),
      ...frequent.map(([code], place) => ({
        from: first + place,
        below: first + place + 1,
        condition: { kind: 'value' as const, feature: name, value: categories[code] as string },
      })),
    ],
  }
}

const missingOf = (feature: string): Candidate => ({
  ...{ from: missing, below: missing + 1 },
  condition: { kind: 'missing', feature },
})

/**
 * Edges between cells of about equal counts, or between all values where they are few. Each is the shortest number that
 * parts the same values: "age < 25", not "age < 24.98".
 */
function readableEdges(sorted: Float64Array): number[] {
  const distinct: number[] = []
  for (const value of sorted) if (distinct.at(-1) !== value) distinct.push(value)
  const above =
    distinct.length <= mostRanges
      ? distinct.slice(1)
      : Array.from(
          { length: mostRanges - 1 },
          (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / mostRanges)] as number,
        )
  const edges = new Set<number>()
  for (const value of above) {
    const place = countBelow(distinct, value, false)
    if (place > 0) edges.add(shortestBetween(distinct[place - 1] as number, value))
  }
  return [...edges]
}

/** The number of the fewest digits above `low` and up to `high`. */
function shortestBetween(low: number, high: number): number {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return high
  for (let digits = 1; digits < 17; digits++) {
    const middle = Number((low / 2 + high / 2).toPrecision(digits))
    if (middle > low && middle <= high) return middle
    const end = Number(high.toPrecision(digits))
    if (end > low && end <= high) return end
  }
  return high
}
