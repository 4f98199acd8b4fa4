import type { Binning } from '../../contracts/binning.ts'
import { isAnswer } from '../../contracts/prediction.ts'
import type { DriftSlices } from '../../contracts/slice.ts'
import { type RowTable, rowTableOf } from '../../detectors/rows.ts'
import { type SampledRow, sampleDigest } from '../../profiles/index.ts'
import { findDriftSlices } from './drift-slices.ts'
import { sliceDefinition, sliceLevel } from './loss-slices.ts'

/**
 * Sampled rows as columns of what was asked: a slice is told by inputs, since what the model answered is what is judged.
 */
export function askedTable(rows: readonly SampledRow[], binning: Binning): RowTable {
  const { columns, rows: count } = rowTableOf(rows, binning)
  return { rows: count, columns: columns.filter(({ name }) => !isAnswer(name)) }
}

export interface SlicedSides {
  readonly binning: Binning
  /** Null: no sample was kept. */
  readonly reference: readonly SampledRow[] | null
  readonly current: readonly SampledRow[] | null
  /** Rows that are not independent, several of one user say: then nothing can be told of slices. */
  readonly clustered: boolean
}

/**
 * The slices that carry most of a drift, by the samples of the rows of both sides. Says which samples these are, so that
 * the same ones give the same slices.
 */
export function driftSlicesOf({
  binning,
  reference,
  current,
  clustered,
}: SlicedSides): DriftSlices {
  const named = {
    definition: sliceDefinition,
    level: sliceLevel,
    samples: {
      reference: reference && sampleDigest(reference),
      current: current && sampleDigest(current),
    },
  }
  const side = (rows: readonly SampledRow[]) => ({
    ids: rows.map(({ id }) => id),
    table: askedTable(rows, binning),
  })
  const { columns } = askedTable([], binning)
  const missing = !reference?.length || !current?.length || columns.length === 0
  if (missing || clustered) {
    const why = clustered ? 'rows are clustered' : 'no sample of rows was kept on both sides'
    const sentence = `${why}: no slice can be looked for`
    return { ...named, rows: { chosen: 0, judged: 0 }, found: [], sentence }
  }
  const { found, rows } = findDriftSlices(side(reference), side(current))
  const sentence =
    found.length === 0
      ? `no slice stands out among ${reference.length + current.length} sampled rows`
      : found.map((slice) => slice.sentence).join('; ')
  return { ...named, rows, found, sentence }
}
