import type { Binning } from '../contracts/binning.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { categoryValue, numericValue, type SampledRow } from '../profiles/index.ts'

export type RowColumn =
  /** NaN: missing. */
  | { readonly name: string; readonly kind: 'numeric'; readonly values: Float64Array }
  /** Positions in `categories`; -1: missing. */
  | {
      readonly name: string
      readonly kind: 'categorical'
      readonly codes: Int32Array
      readonly categories: readonly string[]
    }
  /** Row by row `width` numbers; a row that holds one that is not finite is missing. */
  | {
      readonly name: string
      readonly kind: 'embedding'
      readonly width: number
      readonly values: Float64Array
    }

/** Rows of several features at once, column by column. */
export interface RowTable {
  readonly rows: number
  readonly columns: readonly RowColumn[]
}

/**
 * Sampled rows as columns, in the order of their binning; a category it does not know gets a place of its own. The
 * components of a vector, or its projections, are one embedding under the name of the feature that they are made of.
 */
export function rowTableOf(samples: readonly SampledRow[], { features }: Binning): RowTable {
  const vectors = new Map<string, number[]>()
  const columns: RowColumn[] = []
  for (const [index, feature] of features.entries()) {
    const held = samples.map((row) => row.values[index])
    const { name } = feature
    if (feature.kind === 'categorical') {
      const column = categoricalColumn(held.map(categoryValue), feature.categories)
      columns.push({ name, ...column })
    } else if (feature.from?.part === 'component' || feature.from?.part === 'projection') {
      const vector = feature.from.feature
      vectors.set(vector, [...(vectors.get(vector) ?? []), index])
    } else {
      columns.push({ name, kind: 'numeric', values: numbersOf(held) })
    }
  }
  for (const [name, places] of vectors) {
    const values = numbersOf(samples.flatMap((row) => places.map((place) => row.values[place])))
    columns.push({ name, kind: 'embedding', width: places.length, values })
  }
  return { rows: samples.length, columns }
}

const numbersOf = (held: readonly (FeatureValue | undefined)[]): Float64Array =>
  Float64Array.from(held, (value) => numericValue(value) ?? Number.NaN)

function categoricalColumn(values: readonly (string | null)[], known: readonly string[]) {
  const places = new Map(known.map((category, place) => [category, place]))
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1
    const place = places.get(value) ?? places.size
    places.set(value, place)
    return place
  })
  return { kind: 'categorical', codes, categories: [...places.keys()] } as const
}

/** Both sides in one table: the first `n` rows are the reference's, the `m` after them the current ones. */
export interface PooledRows {
  readonly table: RowTable
  readonly n: number
  readonly m: number
}

/** Puts both sides into one table. A string says why they do not fit. */
export function poolRows(reference: RowTable, current: RowTable): PooledRows | string {
  if (reference.columns.length === 0) return 'there are no columns'
  if (reference.columns.length !== current.columns.length) return 'the sides have other columns'
  const columns: RowColumn[] = []
  for (const [i, left] of reference.columns.entries()) {
    const right = current.columns[i] as RowColumn
    const column = left.name === right.name ? pooledColumn(left, right) : null
    if (column === null) return `${left.name} and ${right.name} are not the same column`
    columns.push(column)
  }
  const [n, m] = [reference.rows, current.rows]
  return { table: { rows: n + m, columns }, n, m }
}

function pooledColumn(left: RowColumn, right: RowColumn): RowColumn | null {
  if (left.kind === 'numeric' && right.kind === 'numeric') {
    return { ...left, values: joined(left.values, right.values) }
  }
  if (left.kind === 'embedding' && right.kind === 'embedding' && left.width === right.width) {
    return { ...left, values: joined(left.values, right.values) }
  }
  if (left.kind === 'categorical' && right.kind === 'categorical') {
    const named = (column: typeof left) =>
      Array.from(column.codes, (code) => column.categories[code] ?? null)
    return {
      name: left.name,
      ...categoricalColumn([...named(left), ...named(right)], left.categories),
    }
  }
  return null
}

function joined(left: Float64Array, right: Float64Array): Float64Array {
  const values = new Float64Array(left.length + right.length)
  values.set(left)
  values.set(right, left.length)
  return values
}
