import type {
  Binning,
  CategoricalBinning,
  FeatureBinning,
  NumericBinning,
} from '../contracts/binning.ts'
import type { FeatureSettings, SegmentSettings } from '../contracts/config.ts'
import { type FeatureColumn, featureColumns } from '../contracts/derived-feature.ts'
import {
  type FeatureValue,
  predictionFeature,
  type RawValue,
  scoreFeature,
} from '../contracts/prediction.ts'
import { rowDeriver } from './derive-row.ts'
import { mostFrequent } from './most-frequent.ts'
import { segmentsOf } from './segments.ts'
import { categoryValue, numericValue } from './values.ts'

const mostCells = 256
const rowsPerCell = 50
const mostCategories = 1_000

export interface BinningOptions {
  /** Rows that are counted apart too. */
  readonly segments?: readonly SegmentSettings[]
  /** The rows hold the class that the model chose, before the score. */
  readonly prediction?: boolean
  /** Event times of the rows, milliseconds since 1970: without them nothing is known of the age of a timestamp. */
  readonly times?: readonly number[]
}

/**
 * A binning of training rows: quantile edges for numbers, the categories themselves for categories. `rows` hold
 * one raw value per configured feature in order, then the class that the model chose if `options` say so, and the
 * model's score last. A raw value of which nothing can be derived is RECORD_MALFORMED.
 */
export function buildBinning(
  model: string,
  version: string,
  features: Readonly<Record<string, FeatureSettings>>,
  rows: readonly (readonly RawValue[])[],
  options: BinningOptions = {},
): Binning {
  const columns: FeatureColumn[] = [
    ...featureColumns(features),
    ...(options.prediction ? [{ name: predictionFeature, type: 'categorical' } as const] : []),
    { name: scoreFeature, type: 'numeric' },
  ]
  const derive = rowDeriver(features)
  const derived = rows.map((row, index) => derive(row, options.times?.[index]))
  const columnAt = (index: number) => derived.map((row) => row[index])
  const segments = segmentsOf(options.segments ?? [], (feature) =>
    columnAt(columns.findIndex(({ name }) => name === feature)),
  )
  return {
    schema: 'driftgate-binning/1',
    model,
    version,
    features: columns.map((column, index) => featureBinning(column, columnAt(index))),
    ...(segments.length === 0 ? {} : { segments }),
  }
}

function featureBinning(
  { name, type, cycle, from }: FeatureColumn,
  column: readonly FeatureValue[],
): FeatureBinning {
  if (type === 'boolean') return { name, kind: 'categorical', categories: ['false', 'true'] }
  if (type === 'categorical') return categorical(name, column)
  return {
    ...numeric(name, column),
    ...(cycle === undefined ? {} : { cycle }),
    ...(from === undefined ? {} : { from }),
  }
}

/** The most frequent categories, at most 1,000; ties and the result in code-unit order. */
function categorical(name: string, column: readonly FeatureValue[]): CategoricalBinning {
  const categories = mostFrequent(column.map(categoryValue), mostCategories)
  return { name, kind: 'categorical', categories }
}

function numeric(name: string, column: readonly FeatureValue[]): NumericBinning {
  const values = new Float64Array(column.length)
  let count = 0
  for (const value of column) {
    const number = numericValue(value)
    // Adding 0 turns -0 into 0.
    if (number != null && Number.isFinite(number)) values[count++] = number + 0
  }
  const sorted = values.subarray(0, count).sort()
  const minimum = sorted[0] ?? 0
  const maximum = sorted[count - 1] ?? 0
  return {
    name,
    kind: 'numeric',
    edges: numericEdges(sorted),
    minimum,
    maximum,
    scale: numericScale(minimum, maximum),
  }
}

/** Quantile edges of sorted finite values; a point mass v gets the pair v and the next double above it. */
export function numericEdges(sorted: Float64Array): number[] {
  const count = sorted.length
  if (count === 0) return []
  const cells = Math.min(mostCells, Math.max(2, Math.floor(count / rowsPerCell)))
  const edges = new Set<number>()
  const distinct = distinctValues(sorted, cells)
  if (distinct !== null) {
    for (const value of distinct) edges.add(value).add(nextAbove(value))
  } else {
    let last = Number.NaN
    for (let k = 1; k < cells; k++) {
      const candidate = sorted[Math.ceil((k * count) / cells) - 1] as number
      if (candidate === last) edges.add(nextAbove(candidate))
      edges.add(candidate)
      last = candidate
    }
  }
  // Nothing lies above the largest double: the edge after it would be infinite.
  return [...edges].filter(Number.isFinite).sort((left, right) => left - right)
}

/** The distinct values when there are at most `most`, else null. */
function distinctValues(sorted: Float64Array, most: number): number[] | null {
  const distinct: number[] = []
  for (const value of sorted) {
    if (value === distinct.at(-1)) continue
    if (distinct.push(value) > most) return null
  }
  return distinct
}

/** The largest s with max(|minimum|, |maximum|) * 2^s <= 2^20, within [-1000, 1000]; 20 for all zeros. */
export function numericScale(minimum: number, maximum: number): number {
  const largest = Math.max(Math.abs(minimum), Math.abs(maximum))
  if (largest === 0) return 20
  // log2 may be off by one near a power of two: settle it with exact products.
  let scale = 20 - Math.ceil(Math.log2(largest))
  while (scale < 1000 && exceedsBy(largest, scale + 1) <= 2 ** 20) scale++
  while (scale > -1000 && exceedsBy(largest, scale) > 2 ** 20) scale--
  return Math.max(-1000, Math.min(1000, scale))
}

/** x * 2^s without the power itself overflowing. */
function exceedsBy(x: number, s: number): number {
  const half = Math.trunc(s / 2)
  return x * 2 ** half * 2 ** (s - half)
}

const view = new DataView(new ArrayBuffer(8))

/** The next double above a finite x (IEEE 754 nextUp). */
export function nextAbove(x: number): number {
  if (x === 0) return Number.MIN_VALUE
  view.setFloat64(0, x)
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? 1n : -1n))
  return view.getFloat64(0)
}
