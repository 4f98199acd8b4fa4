import { setComparison } from '../adapters/postgres/candidates.ts'
import type { Comparison } from '../contracts/comparison.ts'
import { type ComparedVersions, compareVersions } from './compared-versions.ts'
import { registerCandidate } from './register-candidate.ts'
import { modelOf, placeOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

export interface CandidateComparison extends ComparedVersions {
  readonly passes: Comparison['passes']
  readonly championVersion: string | null
  readonly reason: string
}

type CompareDeps = Pick<
  TrainingDeps,
  'db' | 'registry' | 'rollout' | 'objects' | 'settings' | 'onPhase'
>

/**
 * The version of a retraining against the champion, on the candidate's held-out rows; what came of it is on record, and
 * the registry names what will stand for release as the challenger.
 *
 * Errors: ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function compareCandidate(
  deps: CompareDeps,
  { runKey }: { runKey: string },
): Promise<CandidateComparison> {
  const row = await retrainingOf(deps, runKey)
  const { model } = await modelOf(deps, row.model)
  const { version } = await registerCandidate(deps, { runKey })
  const { version: champion } = await deps.rollout.read(placeOf(row.model, model))
  const compared = await compareVersions(deps, { model: row.model, candidate: version, champion })
  const { passes, reason } = compared.comparison
  const result: CandidateComparison = { ...compared, passes, championVersion: champion, reason }
  await deps.onPhase?.('before comparison')
  await setComparison(deps.db, runKey, result)
  await deps.onPhase?.('after comparison')
  const { name } = placeOf(row.model, model)
  await deps.registry.setTag(name, version, 'driftgate.comparison', compared.comparison.result)
  if (passes !== 'no' && champion !== version) {
    await deps.registry.setAlias(name, model.registry.challenger, version)
  }
  await deps.onPhase?.('after registry is told')
  return result
}
