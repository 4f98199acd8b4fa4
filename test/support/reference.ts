import { insertReference } from '../../adapters/postgres/references.ts'
import type { Binning } from '../../contracts/binning.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addRow,
  binningDigest,
  createProfile,
  encodeProfile,
  profileDigest,
} from '../../profiles/index.ts'

/** The profile of rows under a binning, in force as the reference `training` of a version of the binning's model. */
export async function storeReference(
  db: Parameters<typeof insertReference>[0],
  binning: Binning,
  version: string,
  rows: readonly (readonly FeatureValue[])[],
): Promise<void> {
  const profile = createProfile(binning)
  for (const row of rows) addRow(profile, row)
  const bytes = encodeProfile(profile)
  const reference = {
    model: binning.model,
    name: 'training',
    version,
    profileDigest: profileDigest(bytes),
    profile: bytes,
    binningDigest: binningDigest(binning),
    binning,
  }
  await insertReference(db, reference, profile.rows)
}
