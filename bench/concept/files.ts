import { join } from 'node:path'
import { checkDigest } from '../../adapters/files/read-rows.ts'
import { readTable, shapeOfTable } from '../../adapters/files/read-table.ts'
import type { Table } from '../../adapters/files/table.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { BoosterColumn } from '../../statistics/binned-columns.ts'

/** Public data whose drift is known. The project names the bytes; where they lie is for whoever runs the bench. */
export const dataFiles = {
  /** Hours of bike sharing in Washington, 2011 and 2012 (Fanaee-T and Gama 2013, UCI Bike Sharing, `hour.csv`). */
  bike: {
    name: 'bike_hour.csv',
    sha256: '09b19f3873d9c4ff8773304aef3233470286bf9010f1f6966e1b02a709015952',
  },
  /** Half-hours of the electricity market of New South Wales, 1996 to 1998 (Harries 1999, normalised). */
  elec2: {
    name: 'elec2.csv',
    sha256: 'c10a416790ef8ab96089e5adfd2febb7c9cec72bd80dfecb2342f2283b86b88a',
  },
} as const

/** Throws FILE_NOT_FOUND, FILE_OTHER for other bytes than `sha256`, FILE_UNREADABLE. */
export async function tableOf(
  folder: string,
  { name, sha256 }: { readonly name: string; readonly sha256: string },
): Promise<Table> {
  const path = join(folder, name)
  await checkDigest(path, sha256)
  return readTable(path, (await shapeOfTable(path)).kinds)
}

/** A column of numbers. Throws COMPARE_COLUMN_UNKNOWN. */
export function numbersOf({ columns }: Table, name: string): Float64Array {
  const column = columns.get(name)
  if (column !== undefined && column.kind !== 'categorical') return column.values
  throw new DriftgateError('COMPARE_COLUMN_UNKNOWN', {
    ...{ column: name, file: 'the table' },
    fix: `it has ${[...columns.keys()].join(', ')}`,
  })
}

/** Some rows of a table, in the order given. */
export function rowsOf(table: Table, rows: readonly number[]): Table {
  const columns = [...table.columns].map(([name, column]) => {
    const picked =
      column.kind === 'categorical'
        ? { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) }
        : { ...column, values: picks(column.values, rows) }
    return [name, picked] as const
  })
  return { rows: rows.length, columns: new Map(columns) }
}

export const picks = (values: ArrayLike<number>, rows: readonly number[]): Float64Array =>
  Float64Array.from(rows, (row) => values[row] as number)

/** What a model learns from: some numbers of some rows. */
export const inputsOf = (
  table: Table,
  names: readonly string[],
  rows: readonly number[],
): BoosterColumn[] =>
  names.map((name) => ({ kind: 'numeric', values: picks(numbersOf(table, name), rows) }))

/** Numbers from `from` up to, not with, `to`. */
export const span = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
