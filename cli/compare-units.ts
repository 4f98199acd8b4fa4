import type { Column } from '../adapters/files/table.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import type { Explanation, FeatureScores } from '../contracts/report.ts'
import { explainUnitChange } from '../detectors/unit-change.ts'
import {
  addRow,
  addToSample,
  buildBinning,
  createProfile,
  createSample,
  type FeatureCounts,
  sampledRows,
} from '../profiles/index.ts'

type Columns = ReadonlyMap<string, Column>

/** Rows of either side that are looked at, evenly chosen. */
const mostRows = 50_000

/** Whether a change of units explains what moved, as a scan tells it of a window; null where nothing does. */
export function explainTables(
  features: readonly FeatureScores[],
  before: Columns,
  now: Columns,
  cycles: ReadonlyMap<string, number>,
): Explanation | null {
  const moved = features.filter(
    ({ primary, minimumEffect }) => primary.effectInterval[0] > minimumEffect,
  )
  if (moved.length === 0) return null
  const settings = Object.fromEntries(
    moved.map(({ feature, kind }) => {
      const cycle = cycles.get(feature)
      return [feature, { type: kind, ...(cycle !== undefined && { cycle }) }]
    }),
  )
  const names = moved.map(({ feature }) => feature)
  const rows = { before: rowsOf(before, names), now: rowsOf(now, names) }
  const binning = buildBinning('compare', '1', settings, rows.before)
  const [reference, profile] = [createProfile(binning), createProfile(binning)]
  for (const row of rows.before) addRow(reference, row)
  const sample = createSample()
  for (const [i, values] of rows.now.entries()) {
    addRow(profile, values)
    addToSample(sample, { id: String(i), values })
  }
  return explainUnitChange(
    moved.map(({ feature: name, minimumEffect }, index) => ({
      index,
      name,
      reference: reference.features[index] as FeatureCounts,
      minimumEffect,
    })),
    [{ start: null, profile, sample: sampledRows(sample) }],
  )
}

/** The values of these columns row by row; a binning ends with a score, here always the same. */
function rowsOf(columns: Columns, names: readonly string[]): FeatureValue[][] {
  const chosen = names.map((name) => columns.get(name) as Column)
  const length = Math.max(...chosen.map((column) => lengthOf(column)))
  const step = Math.max(1, Math.ceil(length / mostRows))
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => [
    ...chosen.map((column) => valueAt(column, i * step)),
    0.5,
  ])
}

const lengthOf = (column: Column) =>
  column.kind === 'categorical' ? column.codes.length : column.values.length

function valueAt(column: Column, row: number): FeatureValue {
  if (column.kind === 'categorical') {
    return column.categories[column.codes[row] as number] ?? null
  }
  const value = column.values[row] as number
  return Number.isNaN(value) ? null : value
}
