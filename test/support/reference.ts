import { insertReference } from '../../adapters/postgres/references.ts'
import type { Binning } from '../../contracts/binning.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addRow,
  addToSample,
  binningDigest,
  createProfile,
  createSample,
  encodeProfile,
  encodeSample,
  type Profile,
  profileDigest,
  segmenter,
} from '../../profiles/index.ts'

/**
 * The profile of rows under a binning, in force as the reference `training` of a version of the binning's model, and
 * those of its segments.
 */
export async function storeReference(
  db: Parameters<typeof insertReference>[0],
  binning: Binning,
  version: string,
  rows: readonly (readonly FeatureValue[])[],
): Promise<void> {
  const profiles = new Map<string, Profile>()
  const profileOf = (segment: string): Profile => {
    const profile = profiles.get(segment) ?? createProfile(binning)
    profiles.set(segment, profile)
    return profile
  }
  const segmentsOf = segmenter(binning)
  const sample = createSample()
  for (const [i, row] of rows.entries()) {
    addToSample(sample, { id: `row-${i}`, values: row })
    addRow(profileOf(''), row)
    for (const segment of segmentsOf(row)) addRow(profileOf(segment), row)
  }
  for (const [segment, profile] of profiles) {
    const bytes = encodeProfile(profile)
    const reference = {
      model: binning.model,
      name: 'training',
      version,
      profileDigest: profileDigest(bytes),
      profile: bytes,
      binningDigest: binningDigest(binning),
      binning,
      sample: segment === '' ? encodeSample(sample) : null,
    }
    await insertReference(db, reference, profile.rows, segment)
  }
}
