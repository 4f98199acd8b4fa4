import type { FeatureSettings } from '../../contracts/config.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import type { Bucket } from '../../detectors/unit-change.ts'
import {
  addRow,
  addToSample,
  buildBinning,
  createProfile,
  createSample,
  type Profile,
  sampledRows,
} from '../../profiles/index.ts'

export type Rows = readonly (readonly FeatureValue[])[]

/** A reference of these rows (features in order, no score), and what else is counted under its binning. */
export function referenceOf(features: Record<string, FeatureSettings>, rows: Rows) {
  const binning = buildBinning('model', '1', features, rows.map(scored))
  const profileOf = (list: Rows): Profile => {
    const profile = createProfile(binning)
    for (const values of list) addRow(profile, scored(values))
    return profile
  }
  const sampleOf = (list: Rows, prefix = '') => {
    const sample = createSample()
    for (const [i, values] of list.entries()) {
      addToSample(sample, { id: `${prefix}${i}`, values: scored(values) })
    }
    return sampledRows(sample)
  }
  const bucketsOf = (parts: readonly Rows[]): Bucket[] =>
    parts.map((part, day) => ({
      start: new Date(Date.UTC(2001, 0, 1 + day)).toISOString(),
      profile: profileOf(part),
      sample: sampleOf(part, `${day}-`),
    }))
  return { binning, reference: profileOf(rows), profileOf, sampleOf, bucketsOf }
}

/** Every binning ends with the model's score: here a constant. */
const scored = (values: readonly FeatureValue[]): FeatureValue[] => [...values, 0.5]
