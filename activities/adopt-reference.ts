import { findCandidate } from '../adapters/postgres/candidates.ts'
import { binningSchema } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { readJson, sha256 } from './marker.ts'
import { modelOf, placeOf, type TrainingDeps } from './training-deps.ts'

/**
 * Puts the profile of a candidate's own training rows in force as the reference for its version: what
 * the new model learned from is what its predictions are held against from now on. Read from the
 * registry, where the bytes still have the digests of the marker.
 *
 * Errors: RETRAINING_UNKNOWN, ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function adoptReference(
  deps: Pick<TrainingDeps, 'db' | 'registry' | 'settings' | 'history'>,
  { runKey }: { runKey: string },
): Promise<void> {
  const candidate = await findCandidate(deps.db, runKey)
  if (candidate === null) throw new DriftgateError('RETRAINING_UNKNOWN', { runKey })
  const { model, version } = candidate
  const { name } = placeOf(model, (await modelOf(deps, model)).model)
  const read = async (file: string) => {
    const bytes = await deps.registry.download(name, version, file)
    if (sha256(bytes) === candidate.files[file]) return bytes
    const reason = 'its bytes in the registry have another digest'
    throw new DriftgateError('ARTEFACT_INVALID', { runKey, file, reason })
  }
  const binning = readJson(runKey, 'binning.json', await read('binning.json'), binningSchema.parse)
  await deps.history.adopt({ model, version, binning, profile: await read('reference.profile') })
}
