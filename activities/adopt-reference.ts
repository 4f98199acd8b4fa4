import { findCandidate, findCandidateByVersion } from '../adapters/postgres/candidates.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { insertReference } from '../adapters/postgres/references.ts'
import { binningSchema } from '../contracts/binning.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { trainingReference } from '../contracts/prediction.ts'
import { binningDigest, decodeProfile, profileDigest } from '../profiles/index.ts'
import { sampleFile, segmentsFile, segmentsSchema } from './artefacts.ts'
import { withoutErased } from './erased-ids.ts'
import { readJson, sha256 } from './marker.ts'
import { modelOf, placeOf, type TrainingDeps } from './training-deps.ts'

/**
 * Puts the profile of a candidate's own training rows in force as the reference for its version: what
 * the new model learned from is what its predictions are held against from now on. Read from the
 * registry, where the bytes still have the digests of the marker. The segments of the training rows come before
 * the whole, so that whoever finds the reference finds all of them. `version`: which began to serve, where it is not that
 * of the run key but one that served before. A sample of the rows comes with it, unless the
 * model keeps none.
 *
 * Errors: RETRAINING_UNKNOWN, ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function adoptReference(
  deps: Pick<TrainingDeps, 'db' | 'registry' | 'settings'>,
  { runKey, version: served }: { runKey: string; version?: string },
): Promise<void> {
  const trained = await findCandidate(deps.db, runKey)
  if (trained === null) throw new DriftgateError('RETRAINING_UNKNOWN', { runKey })
  const { model } = trained
  const candidate =
    served === undefined || served === trained.version
      ? trained
      : await findCandidateByVersion(deps.db, model, served)
  // One that others had registered: its reference is there, or never was.
  if (candidate === null) return
  const { version } = candidate
  const settings = (await modelOf(deps, model)).model
  const { name } = placeOf(model, settings)
  const read = async (file: string) => {
    const bytes = await deps.registry.download(name, version, file)
    if (sha256(bytes) === candidate.files[file]) return bytes
    const reason = 'its bytes in the registry have another digest'
    throw new DriftgateError('ARTEFACT_INVALID', { runKey, file, reason })
  }
  const binning = readJson(runKey, 'binning.json', await read('binning.json'), binningSchema.parse)
  const bytes = await read('reference.profile')
  const reference = {
    model,
    name: trainingReference,
    version,
    binning,
    binningDigest: binningDigest(binning),
    profile: bytes,
    profileDigest: profileDigest(bytes),
  }
  if (candidate.files[segmentsFile] !== undefined) {
    const text = await read(segmentsFile)
    const segments = readJson(runKey, segmentsFile, text, segmentsSchema.parse)
    for (const [segment, encoded] of Object.entries(segments)) {
      const profile = Buffer.from(encoded, 'base64')
      const { rows } = decodeProfile(profile, binning)
      const own = { ...reference, profile, profileDigest: profileDigest(profile) }
      await insertReference(deps.db, own, rows, segment)
    }
  }
  const keepsSample = keepsSamples(settings) && candidate.files[sampleFile] !== undefined
  const sample = keepsSample ? await read(sampleFile) : null
  await transaction(deps.db, async (client) => {
    const left = await withoutErased(client, model, sample)
    const { rows } = decodeProfile(bytes, binning)
    await insertReference(client, { ...reference, sample: left }, rows)
  })
}
