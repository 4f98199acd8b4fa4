import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import { noteDrill } from '../adapters/postgres/drills.ts'
import { servedVersions } from '../adapters/postgres/promotions.ts'
import type { RolloutTarget } from '../adapters/serving/rollout-target.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { RolloutStep } from '../contracts/rollout-settings.ts'
import { type DrillId, drillOf } from './drill-of.ts'
import type { PromoteDeps } from './promote.ts'
import { proveLoadable } from './prove-loadable.ts'
import { modelOf, placeOf } from './training-deps.ts'

/** Written and taken away by drills; no server follows it. */
const rehearsalAlias = 'driftgate-drill'

export interface Rehearsed {
  readonly champion: string
  /** What the champion could be rolled back to; null: no other version has served. */
  readonly wayBack: string | null
}

/**
 * The rollout without a change of traffic: the version in place and the one before it are there and load, the target can do
 * the steps that are configured, and takes the state that it holds. Since setting what is there already writes nothing, an
 * alias that no server follows is written and taken away: an account which may only read is found out.
 *
 * Errors: ROLLBACK_TARGET_MISSING, ROLLOUT_UNABLE, RELEASE_STALE (somebody else moved the target just then),
 * REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function rehearseRollout(deps: PromoteDeps, id: DrillId): Promise<Rehearsed> {
  const { drill, model: name } = await drillOf(deps.db, id)
  const { model } = await modelOf(deps, name)
  const place = placeOf(name, model)
  // No release of ours moves the target meanwhile.
  return withAdvisoryLock(deps.db, `rollout/${place.name}/${place.alias}`, async (db) => {
    const { version: champion, traffic, generation } = await deps.rollout.read(place)
    if (champion === null) {
      const reason = `no version serves yet: ${place.name} has no alias ${place.alias}`
      throw new DriftgateError('ROLLBACK_TARGET_MISSING', { model: name, version: 'none', reason })
    }
    await noteDrill(db, drill, { champion })
    const served = await servedVersions(db, name)
    const wayBack = served.findLast((version) => version !== champion) ?? null
    for (const version of [champion, ...(wayBack === null ? [] : [wayBack])]) {
      await proveLoadable(deps, name, place, version)
    }
    requireSteps(deps.rollout, model.rollout.steps)
    await deps.registry.setAlias(place.name, rehearsalAlias, champion)
    await deps.registry.dropAlias(place.name, rehearsalAlias, champion)
    await deps.rollout.set(place, traffic, generation)
    return { champion, wayBack }
  })
}

/** The configuration was checked when it was applied, against the kinds of that day. */
function requireSteps({ kind, abilities }: RolloutTarget, steps: readonly RolloutStep[]): void {
  const unable = (wanted: string) => new DriftgateError('ROLLOUT_UNABLE', { kind, wanted })
  for (const step of steps) {
    if ('shadow' in step && !abilities.shadow)
      throw unable('send a copy of the requests to a version')
    if ('share' in step && !abilities.split) throw unable('give a version a share of the requests')
  }
}
