import type { SliceCondition } from '../../contracts/slice.ts'
import type { RowColumn, RowTable } from '../../detectors/rows.ts'

/** For which rows of a table all conditions hold, 1 or 0; null: a feature is not there, or of another kind. */
export function rowsIn(
  conditions: readonly SliceCondition[],
  { rows, columns }: RowTable,
): Uint8Array | null {
  const inside = new Uint8Array(rows).fill(1)
  for (const condition of conditions) {
    const column = columns.find(({ name }) => name === condition.feature)
    const holds = column && testOf(condition, column)
    if (!holds) return null
    for (let row = 0; row < rows; row++) if (!holds(row)) inside[row] = 0
  }
  return inside
}

function testOf(condition: SliceCondition, column: RowColumn): ((row: number) => boolean) | null {
  if (column.kind === 'numeric') {
    const { values } = column
    if (condition.kind === 'missing') return (row) => Number.isNaN(values[row])
    if (condition.kind === 'value') return null
    const { from, below } = condition
    return (row) => {
      const value = values[row] as number
      // A comparison with a value that is missing is false, and none is made without an end.
      return (
        !Number.isNaN(value) &&
        (from === null || value >= from) &&
        (below === null || value < below)
      )
    }
  }
  if (column.kind === 'categorical') {
    const { codes, categories } = column
    if (condition.kind === 'missing') return (row) => (codes[row] as number) < 0
    if (condition.kind === 'range') return null
    const code = categories.indexOf(condition.value)
    // A category that no row has holds for none.
    return (row) => code >= 0 && codes[row] === code
  }
  return null
}
