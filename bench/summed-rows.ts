import type { Binning } from '../contracts/binning.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import {
  addRow,
  addToSample,
  createProfile,
  createSample,
  encodeProfile,
  encodeSample,
} from '../profiles/index.ts'

/** A row of a log: its id, and the values of the features with the score last. */
export interface SummedRow {
  readonly id: string
  readonly values: readonly FeatureValue[]
}

/** What rows look like under a binning, in the bytes in which a scan stores it; the sample only where one is kept. */
export function summedRows(
  binning: Binning,
  rows: Iterable<SummedRow>,
  { keepsSample }: { readonly keepsSample: boolean } = { keepsSample: true },
): { readonly profile: Uint8Array; readonly sample: Uint8Array | null } {
  const profile = createProfile(binning)
  const sample = keepsSample ? createSample() : null
  for (const { id, values } of rows) {
    addRow(profile, values)
    if (sample !== null) addToSample(sample, { id, values })
  }
  return { profile: encodeProfile(profile), sample: sample && encodeSample(sample) }
}
