import { findCandidateByVersion, setComparison } from '../adapters/postgres/candidates.ts'
import { servedVersions } from '../adapters/postgres/promotions.ts'
import type { Comparison } from '../contracts/comparison.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { bestContender, formerContenders } from '../policies/former-versions.ts'
import { type ComparedVersions, compareVersions, type LoadedVersions } from './compared-versions.ts'
import { registerCandidate } from './register-candidate.ts'
import { modelOf, placeOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

export interface CandidateComparison extends ComparedVersions {
  readonly passes: Comparison['passes']
  /** Which goes on: that of the retraining, or one that served before. Absent: that of the retraining. */
  readonly version?: string
  readonly championVersion: string | null
  readonly reason: string
}

type CompareDeps = Pick<
  TrainingDeps,
  'db' | 'registry' | 'rollout' | 'objects' | 'settings' | 'onPhase'
>

/**
 * The version of a retraining, and those that served before, against the champion on the retraining's held-out rows; what
 * came of it is on record, and the registry names what will stand for release as the challenger.
 *
 * Errors: ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function compareCandidate(
  deps: CompareDeps,
  { runKey }: { runKey: string },
): Promise<CandidateComparison> {
  const row = await retrainingOf(deps, runKey)
  const { model } = await modelOf(deps, row.model)
  const { version: candidate } = await registerCandidate(deps, { runKey })
  const { version: champion } = await deps.rollout.read(placeOf(row.model, model))
  const served = await servedVersions(deps.db, row.model)
  const former = formerContenders(served, champion, candidate, model.comparison.former)
  const versions = {
    model: row.model,
    champion,
    judgedOn: candidate,
    contenders: 1 + former.length,
  }
  const loaded: LoadedVersions = new Map()
  const first = {
    version: candidate,
    ...(await compareVersions(deps, { ...versions, candidate }, loaded)),
  }
  const others = await Promise.all(
    former.map((version) => comparedFormer(deps, { ...versions, candidate: version }, loaded)),
  )
  const { version, ...compared } = bestContender([first, ...others.filter((one) => one !== null)])
  const { passes, reason } = compared.comparison
  const result: CandidateComparison = {
    ...{ ...compared, passes, championVersion: champion },
    ...(version === candidate ? { reason } : { version, reason: cameBack(version, reason) }),
  }
  await deps.onPhase?.('before comparison')
  await setComparison(deps.db, runKey, result)
  await deps.onPhase?.('after comparison')
  const { name } = placeOf(row.model, model)
  const { result: said } = first.comparison
  await deps.registry.setTag(name, candidate, 'driftgate.comparison', said)
  if (passes !== 'no' && champion !== version) {
    await deps.registry.setAlias(name, model.registry.challenger, version)
  }
  await deps.onPhase?.('after registry is told')
  return result
}

/** Null: it was not made here, or its files are not what they were, which is no reason to refuse what was trained now. */
async function comparedFormer(
  deps: CompareDeps,
  versions: Parameters<typeof compareVersions>[1],
  loaded: LoadedVersions,
): Promise<(ComparedVersions & { readonly version: string }) | null> {
  const known = await findCandidateByVersion(deps.db, versions.model, versions.candidate)
  if (known === null) return null
  try {
    return { version: versions.candidate, ...(await compareVersions(deps, versions, loaded)) }
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.entry.retryable) throw error
    return null
  }
}

const cameBack = (version: string, reason: string): string =>
  `version ${version}, which served before, gains more than what was trained now: ${reason}`
