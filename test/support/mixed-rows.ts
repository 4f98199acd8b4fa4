import type { RowTable } from '../../detectors/rows.ts'
import { normal } from './mulberry32.ts'

/** Rows of every kind of column, with missing values and ties. */
export function mixedRows(rows: number, next: () => number, shift = 0): RowTable {
  const each = (draw: () => number) => Float64Array.from({ length: rows }, draw)
  return {
    rows,
    columns: [
      {
        name: 'amount',
        kind: 'numeric',
        values: each(() => (next() < 0.1 ? Number.NaN : normal(next, shift))),
      },
      { name: 'visits', kind: 'numeric', values: each(() => Math.floor(next() * 4)) },
      { name: 'constant', kind: 'numeric', values: each(() => 7) },
      {
        name: 'plan',
        kind: 'categorical',
        codes: Int32Array.from({ length: rows }, () => Math.floor(next() * 4) - 1),
        categories: ['basic', 'pro', 'team'],
      },
      {
        name: 'text',
        kind: 'embedding',
        width: 3,
        values: Float64Array.from({ length: 3 * rows }, () =>
          next() < 0.02 ? Number.NaN : normal(next, shift),
        ),
      },
    ],
  }
}
