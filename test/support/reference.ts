import { insertReference } from '../../adapters/postgres/references.ts'
import type { Binning } from '../../contracts/binning.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  binningDigest,
  decodeProfile,
  profileDigest,
  ReferenceBuilder,
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
  const builder = new ReferenceBuilder(binning)
  for (const [i, row] of rows.entries()) builder.add(`row-${i}`, row)
  const built = builder.end()
  for (const [segment, bytes] of [
    ['', built.profile],
    ...Object.entries(built.segments),
  ] as const) {
    const reference = {
      model: binning.model,
      name: 'training',
      version,
      profileDigest: profileDigest(bytes),
      profile: bytes,
      binningDigest: binningDigest(binning),
      binning,
      sample: segment === '' ? built.sample : null,
    }
    await insertReference(db, reference, decodeProfile(bytes, binning).rows, segment)
  }
}
