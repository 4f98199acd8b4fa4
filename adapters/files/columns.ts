import { type Cell, type Column, type ColumnKind, isEmpty, numberOf, timeOfCell } from './table.ts'

/** Collects the values of one column, row by row, in memory that doubles. */
export interface ColumnBuilder {
  /** @param row number of the row, from 0; rows that were passed over have no value. */
  add(row: number, cell: Cell): void
  end(rows: number): Column
}

export const columnBuilder = (name: string, kind: ColumnKind): ColumnBuilder =>
  kind === 'categorical' ? categoricalBuilder(name) : numberBuilder(name, kind)

function numberBuilder(name: string, kind: 'numeric' | 'timestamp'): ColumnBuilder {
  const read = kind === 'numeric' ? numberOf : timeOfCell
  let values = new Float64Array(1024).fill(Number.NaN)
  let broken = 0
  let example: string | null = null
  const room = (rows: number) => {
    if (rows <= values.length) return
    const wider = new Float64Array(Math.max(rows, values.length * 2)).fill(Number.NaN)
    wider.set(values)
    values = wider
  }
  return {
    add(row, cell) {
      room(row + 1)
      const value = read(cell)
      if (value === undefined) {
        broken++
        example ??= String(cell)
      } else {
        values[row] = value
      }
    },
    end(rows) {
      room(rows)
      return {
        kind,
        name,
        values: values.slice(0, rows),
        broken: { rows: broken, example },
      }
    },
  }
}

function categoricalBuilder(name: string): ColumnBuilder {
  let codes = new Int32Array(1024).fill(-1)
  const known = new Map<string, number>()
  const room = (rows: number) => {
    if (rows <= codes.length) return
    const wider = new Int32Array(Math.max(rows, codes.length * 2)).fill(-1)
    wider.set(codes)
    codes = wider
  }
  return {
    add(row, cell) {
      if (isEmpty(cell)) return
      room(row + 1)
      const category = String(cell)
      let code = known.get(category)
      if (code === undefined) {
        code = known.size
        known.set(category, code)
      }
      codes[row] = code
    },
    end(rows) {
      room(rows)
      return {
        kind: 'categorical',
        name,
        codes: codes.slice(0, rows),
        categories: [...known.keys()],
      }
    },
  }
}
