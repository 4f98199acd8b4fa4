import { latestMoved } from '../adapters/postgres/promotions.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { PromoteDeps } from './promote.ts'
import { proveLoadable } from './prove-loadable.ts'
import { modelOf, placeOf } from './training-deps.ts'

/** Files are read anew so often; whether the version is there is asked every time. */
const proofMs = 3_600_000

type WayBackDeps = Pick<PromoteDeps, 'db' | 'registry' | 'settings' | 'clock'>

/**
 * Whether the version that served before could serve again: the registry has it, and from time to time its files are
 * read and give the numbers that they should. What it answers is the sentence to tell; null: it could, or none served
 * before. `proven`: when files were found whole last, by model and version.
 *
 * Errors: REGISTRY_UNREACHABLE, REGISTRY_REJECTED.
 */
export async function lookAtWayBack(
  deps: WayBackDeps,
  model: string,
  proven: Map<string, number>,
): Promise<string | null> {
  const { previousVersion, version } = (await latestMoved(deps.db, model)) ?? {}
  if (previousVersion == null || previousVersion === version) return null
  const place = placeOf(model, (await modelOf(deps, model)).model)
  const key = JSON.stringify([place.name, previousVersion])
  const missing = (reason: string) =>
    `version ${previousVersion}, which served before version ${version}, could not serve again: ${reason}`
  if ((await deps.registry.version(place.name, previousVersion)) === null) {
    proven.delete(key)
    return missing('the registry has no such version any more')
  }
  if (deps.clock() - (proven.get(key) ?? Number.NEGATIVE_INFINITY) < proofMs) return null
  try {
    await proveLoadable(deps, model, place, previousVersion)
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.code !== 'ROLLBACK_TARGET_MISSING') throw error
    proven.delete(key)
    return missing(String(error.details['reason']))
  }
  proven.set(key, deps.clock())
  return null
}
