import type { RolloutPlace } from '../adapters/serving/rollout-target.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { checkParity } from './artefacts.ts'
import type { TrainingDeps } from './training-deps.ts'

/**
 * A server that is pointed at this version can serve it: the files are there and give the numbers of its parity file.
 *
 * Errors: ROLLBACK_TARGET_MISSING, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function proveLoadable(
  deps: Pick<TrainingDeps, 'registry'>,
  model: string,
  place: RolloutPlace,
  version: string,
): Promise<void> {
  const missing = (reason: string, cause?: unknown) =>
    new DriftgateError('ROLLBACK_TARGET_MISSING', { model, version, reason }, { cause })
  const found = await deps.registry.version(place.name, version)
  if (found === null) throw missing('the registry has no such version')
  try {
    const modelBytes = await deps.registry.download(place.name, version, 'model.json')
    const parityBytes = await deps.registry.download(place.name, version, 'parity.json')
    checkParity(found.runKey ?? version, modelBytes, parityBytes)
  } catch (error) {
    if (error instanceof DriftgateError && !error.entry.retryable) {
      throw missing(error.message, error)
    }
    throw error
  }
}
