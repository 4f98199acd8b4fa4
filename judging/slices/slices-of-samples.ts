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

/**
 * The slices that carry most of a drift, by the samples of the rows of both sides; null: there is no sample. Says which
 * samples these are, so that the same ones give the same slices.
 */
export function driftSlicesOf(
  binning: Binning,
  reference: readonly SampledRow[] | null,
  current: readonly SampledRow[] | null,
): DriftSlices {
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
  if (!reference?.length || !current?.length || columns.length === 0) {
    const sentence = 'no sample of rows was kept on both sides: no slice can be looked for'
    return { ...named, rows: { chosen: 0, judged: 0 }, found: [], sentence }
  }
  const { found, rows } = findDriftSlices(side(reference), side(current))
  const sentence =
    found.length === 0
      ? `no slice stands out among ${reference.length + current.length} sampled rows`
      : found.map((slice) => slice.sentence).join('; ')
  return { ...named, rows, found, sentence }
}
