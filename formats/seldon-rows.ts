import { property } from './json-value.ts'
import { sizeOf } from './tensor-rows.ts'

/**
 * The rows of the `data` of a Seldon message: `ndarray`, or `tensor` with shape and values. With as many `names` as a
 * row has values, a row has them by name, else by position. Throws an Error whose message says why they are no rows.
 */
export function seldonRows(data: unknown): readonly unknown[] {
  const ndarray = property(data, 'ndarray')
  const rows = Array.isArray(ndarray) ? ndarray : ofTensor(property(data, 'tensor'))
  const names = property(data, 'names')
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return rows
  return rows.map((row) => (Array.isArray(row) ? named(row, names) : row))
}

function ofTensor(tensor: unknown): readonly unknown[] {
  const values = property(tensor, 'values')
  if (!Array.isArray(values)) throw new Error('it holds neither an ndarray nor a tensor')
  const { rows, width } = sizeOf(property(tensor, 'shape'))
  if (values.length !== rows * width) {
    throw new Error('it holds a tensor whose data are not as many as its shape says')
  }
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width))
}

function named(row: readonly unknown[], names: readonly string[]): unknown {
  if (names.length !== row.length) return row
  const values: Record<string, unknown> = Object.create(null)
  for (const [index, name] of names.entries()) values[name] = row[index]
  return values
}
