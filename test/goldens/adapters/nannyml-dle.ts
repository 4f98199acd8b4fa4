import type { BoosterColumn } from '../../../statistics/binned-columns.ts'
import { dleMetrics, estimateDle, fitDle } from '../../../statistics/dle/estimator.ts'
import { regressionMetrics } from '../../../statistics/metrics/regression.ts'
import { defineAdapter } from '../adapter.ts'
import { chunkRows, dataColumns } from '../data.ts'
import { acceptsAlerts, type EstimatedChunk, estimatedChunks } from '../estimated-chunks.ts'

interface Input {
  data: string
  chunk: number
  columns: { y_true: string; y_pred: string; features: string[] }
}

export const nannymlDle = defineAdapter<Input>({
  compute({ data, chunk, columns }, { dir }) {
    const read = reader()
    const load = (side: string) => read(dataColumns(dir, `${data}_${side}`), columns)
    const [reference, analysis] = [load('reference'), load('analysis')]
    const fitted = fitDle(reference.features, reference.predicted, reference.actual)
    const ofSide = (side: Rows): EstimatedChunk[] =>
      chunkRows(side.actual.length, chunk).map(([first, last]) => {
        const [actual, predicted] = [side.actual, side.predicted].map((values) =>
          values.slice(first, last + 1),
        ) as [Float64Array, Float64Array]
        const features = side.features.map((column) => sliceOf(column, first, last + 1))
        const { values, samplingErrors } = estimateDle(fitted, features, predicted)
        const realized = regressionMetrics(actual, predicted)
        return { estimated: values, realized: { ...realized }, samplingErrors }
      })
    const chunks = { reference: ofSide(reference), analysis: ofSide(analysis) }
    return {
      ...estimatedChunks(dleMetrics, chunks, { near: 0.03, least: 0 }),
      chunk_rows: chunkRows(reference.actual.length, chunk),
    }
  },
  accepts: acceptsAlerts,
  within(path) {
    if (path.includes('.estimated.')) return { relative: 0.03 }
    if (path.includes('.sampling_error.')) return { relative: 0.02 }
    return path.endsWith('_threshold') ? { relative: 1e-6 } : undefined
  },
})

interface Rows {
  readonly actual: Float64Array
  readonly predicted: Float64Array
  readonly features: readonly BoosterColumn[]
}

/** Texts get the same number in every file that is read. */
function reader() {
  const codes = new Map<string, number>()
  return (
    columns: ReadonlyMap<string, readonly (number | string)[]>,
    names: Input['columns'],
  ): Rows => {
    const of = (name: string) => columns.get(name) ?? []
    const numbers = (name: string) => Float64Array.from(of(name) as readonly number[])
    const codeOf = (text: number | string) => {
      const known = codes.get(String(text)) ?? codes.size
      codes.set(String(text), known)
      return known
    }
    return {
      actual: numbers(names.y_true),
      predicted: numbers(names.y_pred),
      features: names.features.map((name) =>
        of(name).some((value) => typeof value === 'string')
          ? { kind: 'categorical', codes: Int32Array.from(of(name), codeOf) }
          : { kind: 'numeric', values: numbers(name) },
      ),
    }
  }
}

const sliceOf = (column: BoosterColumn, first: number, end: number): BoosterColumn =>
  column.kind === 'numeric'
    ? { kind: 'numeric', values: column.values.slice(first, end) }
    : { kind: 'categorical', codes: column.codes.slice(first, end) }
