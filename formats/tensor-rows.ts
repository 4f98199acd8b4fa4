import { property } from './json-value.ts'

/** More dimensions than any model has. */
const mostDimensions = 16

/**
 * The rows of named tensors (Open Inference Protocol v2): the first dimension counts them. Row i has, under the name
 * of each tensor, its value there, or all of its values in one list where it has more. Throws an Error whose message
 * says why they are no rows.
 */
export function tensorRows(tensors: readonly unknown[]): readonly object[] {
  const read = readTensors(tensors)
  return Array.from({ length: read[0].rows }, (_, row) => {
    // Without a prototype every name is one like any other.
    const values: Record<string, unknown> = Object.create(null)
    for (const { name, width, data } of read) {
      values[name] = width === 1 ? data[row] : data.slice(row * width, (row + 1) * width)
    }
    return values
  })
}

/** The same as columns, all of the same number of rows. */
export function readTensors(tensors: readonly unknown[]): readonly [Tensor, ...Tensor[]] {
  const read = tensors.map(readTensor)
  const [first] = read
  if (first === undefined) throw new Error('it holds no tensor')
  if (new Set(read.map(({ name }) => name)).size < read.length) {
    throw new Error('it names two tensors the same')
  }
  if (read.some(({ rows }) => rows !== first.rows)) {
    throw new Error('it holds tensors of different numbers of rows')
  }
  return [first, ...read.slice(1)]
}

export interface Tensor {
  readonly name: string
  readonly rows: number
  /** Values of one row. */
  readonly width: number
  /** Row-major. */
  readonly data: readonly unknown[]
}

function readTensor(tensor: unknown): Tensor {
  const name = property(tensor, 'name')
  if (typeof name !== 'string') throw new Error('it holds a tensor without a name')
  const { rows, width } = sizeOf(property(tensor, 'shape'))
  const data = property(tensor, 'data')
  if (!Array.isArray(data)) throw new Error('it holds a tensor without a list of data')
  const flat: unknown[] = data.flat(mostDimensions)
  if (flat.length !== rows * width) {
    throw new Error('it holds a tensor whose data are not as many as its shape says')
  }
  return { name, rows, width, data: flat }
}

/** A shape without dimensions is one value. Each dimension has a size: so there are never more rows than data. */
export function sizeOf(shape: unknown): { rows: number; width: number } {
  if (!Array.isArray(shape) || shape.length > mostDimensions) {
    throw new Error('it holds a tensor without a shape')
  }
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new Error('it holds a tensor whose shape has no size')
  }
  const [rows = 1, ...others] = shape as number[]
  return { rows, width: others.reduce((product, size) => product * size, 1) }
}
