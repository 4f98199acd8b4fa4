import { yatesTest } from '../contingency.ts'
import { hellinger, jensenShannonBits, largestDifference } from '../histogram-distances.ts'
import { kolmogorovSmirnov } from '../kolmogorov-smirnov.ts'
import { orderedCells } from '../ordered-cells.ts'
import { wasserstein1 } from '../transport.ts'
import { coarseKolmogorovSmirnov, coarseWasserstein } from './nannyml-coarse.ts'
import { doaneEdges, histogram } from './numpy-histogram.ts'
import { type Value, valueCounts } from './value-counts.ts'

/** What one chunk gives; `p` decides instead of the threshold where it is given. */
interface Measured {
  readonly value: number
  readonly p?: number
}

type Measure<V extends Value> = (chunk: ArrayLike<V>) => Measured

export interface NannymlResult {
  readonly reference: readonly number[]
  readonly reference_alerts: readonly number[]
  readonly analysis: readonly number[]
  readonly analysis_alerts: readonly number[]
  /** Mean and three standard deviations of the reference's own chunks; null for chi2, where p < 0.05 decides. */
  readonly upper_threshold: number | null
}

/** From this many rows of reference on, NannyML 0.13.1 reads Kolmogorov-Smirnov and Wasserstein from 10,000 bins. */
const manyRows = 10_000

const numeric: Record<string, (reference: ArrayLike<number>) => Measure<number>> = {
  jensen_shannon: binned((left, right) => Math.sqrt(jensenShannonBits(left, right))),
  hellinger: binned(hellinger),
  kolmogorov_smirnov: (reference) =>
    reference.length >= manyRows
      ? coarseKolmogorovSmirnov(reference)
      : (chunk) => {
          const cells = orderedCells(reference, chunk)
          return { value: kolmogorovSmirnov(cells.reference, cells.current).distance }
        },
  wasserstein: (reference) =>
    reference.length >= manyRows
      ? coarseWasserstein(reference)
      : (chunk) => ({ value: wasserstein1(orderedCells(reference, chunk)) }),
}

const categorical: Record<string, (reference: ArrayLike<Value>) => Measure<Value>> = {
  jensen_shannon: pooled((left, right) => Math.sqrt(jensenShannonBits(left, right))),
  hellinger: pooled(hellinger),
  l_infinity: (reference) => (chunk) => {
    const counts = valueCounts(reference, chunk)
    return { value: largestDifference(counts.reference, counts.current) }
  },
  chi2: (reference) => (chunk) => {
    const counts = valueCounts(reference, chunk)
    const { statistic, p } = yatesTest([counts.reference, counts.current])
    return { value: statistic, p }
  },
}

export const nannymlNumericMethods = Object.keys(numeric)
export const nannymlCategoricalMethods = Object.keys(categorical)

/**
 * One univariate method of NannyML 0.13.1 over numbers (without missing ones) in chunks of `size` rows, the last one
 * kept as it is. Its flaw is kept too: the threshold comes from chunks that lie within the reference they are
 * compared with. Throws RangeError for an unknown method.
 */
export const nannymlNumeric = (
  method: string,
  reference: ArrayLike<number>,
  analysis: ArrayLike<number>,
  size: number,
): NannymlResult => judge(find(numeric, method)(reference), reference, analysis, size)

/** The same over categories. */
export const nannymlCategorical = (
  method: string,
  reference: ArrayLike<Value>,
  analysis: ArrayLike<Value>,
  size: number,
): NannymlResult => judge(find(categorical, method)(reference), reference, analysis, size)

function find<T>(methods: Record<string, T>, name: string): T {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (method === undefined) throw new RangeError(`NannyML has no method '${name}' for this type`)
  return method
}

function judge<V extends Value>(
  measure: Measure<V>,
  reference: ArrayLike<V>,
  analysis: ArrayLike<V>,
  size: number,
): NannymlResult {
  const before = chunks(reference, size).map(measure)
  const after = chunks(analysis, size).map(measure)
  const values = before.map(({ value }) => value)
  const upper = before.some(({ p }) => p !== undefined) ? null : threshold(values)
  const alerts = (measured: readonly Measured[]) =>
    measured.flatMap(({ value, p }, i) =>
      (p === undefined ? upper !== null && value > upper : p < 0.05) ? [i] : [],
    )
  return {
    reference: values,
    reference_alerts: alerts(before),
    analysis: after.map(({ value }) => value),
    analysis_alerts: alerts(after),
    upper_threshold: upper,
  }
}

function threshold(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return mean + 3 * Math.sqrt(variance)
}

function chunks<V>(values: ArrayLike<V>, size: number): V[][] {
  if (!(Number.isInteger(size) && size > 0)) throw new RangeError('a chunk holds a row or more')
  if (values.length === 0) throw new RangeError('without a row there is no chunk')
  const all = Array.from(values)
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size),
  )
}

type Distance = (left: ArrayLike<number>, right: ArrayLike<number>) => number

/** Over bins of the reference and one more for what lies outside them. */
function binned(distance: Distance) {
  return (reference: ArrayLike<number>): Measure<number> => {
    const edges = doaneEdges(reference)
    const before = [...histogram(reference, edges), 0]
    return (chunk) => {
      const inside = [...histogram(chunk, edges)]
      const outside = chunk.length - inside.reduce((sum, count) => sum + count, 0)
      return { value: distance(before, [...inside, outside]) }
    }
  }
}

/** Over the reference's categories and one more for all others together. */
function pooled(distance: Distance) {
  return (reference: ArrayLike<Value>): Measure<Value> =>
    (chunk) => {
      const counts = valueCounts(reference, chunk)
      const known = counts.reference.map((count) => count > 0)
      const unseen = counts.current.reduce((sum, n, i) => (known[i] ? sum : sum + n), 0)
      const before = counts.reference.filter((_, i) => known[i])
      const after = counts.current.filter((_, i) => known[i])
      return { value: distance([...before, 0], [...after, unseen]) }
    }
}
