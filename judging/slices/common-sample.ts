import {
  createSample,
  decodeSample,
  mergeSamples,
  type SampledRow,
  sampledRows,
} from '../../profiles/index.ts'

/**
 * The sampled rows of several parts as one sample of all their rows, larger than that of each: of what parts hold, the rows
 * whose hash lies below that of the last row of every full part. Where no part is full these are all rows. At most so
 * many, those of the smallest hashes; null: some part has none.
 */
export function commonSample(
  parts: readonly { readonly sample: Uint8Array | null }[],
  most: number,
): readonly SampledRow[] | null {
  const samples = []
  for (const { sample } of parts) {
    if (sample === null) return null
    samples.push(decodeSample(sample))
  }
  const limit = samples.reduce((least, sample) => Math.min(least, sample.limit), 2 ** 32)
  const common = createSample(most)
  for (const sample of samples) {
    // What lies at the limit itself may be lacking in its own part.
    sample.entries = sample.entries.filter(({ high }) => high < limit)
    mergeSamples(common, sample)
  }
  return sampledRows(common)
}
