import { estimateCbpe, fitCbpe } from '../../../statistics/cbpe/binary.ts'
import { cbpeMetrics } from '../../../statistics/cbpe/expected.ts'
import { weightedConfusion } from '../../../statistics/intervals/weighted-metrics.ts'
import { confusionMetrics } from '../../../statistics/metrics/confusion.ts'
import { auc, averagePrecision } from '../../../statistics/metrics/ranking.ts'
import { seededRandom } from '../../../statistics/seeded-random.ts'
import { defineAdapter } from '../adapter.ts'
import { chunkRows, dataColumns } from '../data.ts'
import { acceptsAlerts, type EstimatedChunk, estimatedChunks } from '../estimated-chunks.ts'

interface Input {
  data: string
  chunk: number
}

export const nannymlCbpe = defineAdapter<Input>({
  compute({ data, chunk }, { dir }) {
    const sides = { reference: load(dir, data, 'reference'), analysis: load(dir, data, 'analysis') }
    const { reference } = sides
    const fitted = fitCbpe(reference, reference.labels, seededRandom(42))
    const ofSide = (side: Rows): EstimatedChunk[] =>
      chunkRows(side.labels.length, chunk).map(([first, last]) => {
        const rows = {
          scores: side.scores.slice(first, last + 1),
          predicted: side.predicted.slice(first, last + 1),
          labels: side.labels.slice(first, last + 1),
        }
        const { values, samplingErrors } = estimateCbpe(fitted, rows)
        return { estimated: { ...values }, realized: realized(rows), samplingErrors }
      })
    const chunks = { reference: ofSide(reference), analysis: ofSide(sides.analysis) }
    return {
      needs_calibration: fitted.calibration !== null,
      ...estimatedChunks(cbpeMetrics, chunks, { near: 1e-3, least: 0, most: 1 }),
      chunk_rows: chunkRows(reference.labels.length, chunk),
    }
  },
  accepts: acceptsAlerts,
  within(path) {
    if (path.includes('.estimated.')) return { relative: 1e-3 }
    if (path.includes('.sampling_error.')) {
      return { relative: path.startsWith('average_precision') ? 0.15 : 0.02 }
    }
    return path.endsWith('_threshold') ? { relative: 1e-6 } : undefined
  },
})

interface Rows {
  readonly scores: Float64Array
  readonly predicted: Float64Array
  readonly labels: Float64Array
}

/** The file's own names of its columns. */
function load(dir: string, data: string, side: string): Rows {
  const columns = dataColumns(dir, `${data}_${side}`)
  const of = (name: string) => Float64Array.from(columns.get(name) as readonly number[])
  return { scores: of('proba'), predicted: of('pred'), labels: of('target') }
}

function realized({ scores, predicted, labels }: Rows): Record<string, number> {
  const ones = new Float64Array(labels.length).fill(1)
  const table = weightedConfusion(predicted, labels)
  return {
    roc_auc: auc(scores, labels),
    average_precision: averagePrecision(scores, labels),
    ...Object.fromEntries(
      Object.keys(confusionMetrics({ tp: 1, fp: 1, fn: 1, tn: 1 })).map((name) => [
        name,
        table[name as keyof typeof table](ones),
      ]),
    ),
  }
}
