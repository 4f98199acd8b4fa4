import { noteDrill } from '../adapters/postgres/drills.ts'
import { servedVersions } from '../adapters/postgres/promotions.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type DrillId, drillOf } from './drill-of.ts'
import { type PromoteDeps, proveLoadable } from './promote.ts'
import { modelOf, placeOf } from './training-deps.ts'

/** Written and taken away by drills; no server follows it. */
const rehearsalAlias = 'driftgate-drill'

export interface Rehearsed {
  readonly champion: string
  /** What the champion could be rolled back to; null: no other version has served. */
  readonly wayBack: string | null
}

/**
 * The rollout without a change of traffic: the version in place and the one before it are there and load, and the target
 * takes the state that it holds. Where setting what is there already writes nothing, an alias that no server follows is
 * written and taken away, so that an account which may only read is found out.
 *
 * Errors: ROLLBACK_TARGET_MISSING, RELEASE_STALE (somebody moved the target in between), REGISTRY_REJECTED,
 * REGISTRY_UNREACHABLE (retryable).
 */
export async function rehearseRollout(deps: PromoteDeps, id: DrillId): Promise<Rehearsed> {
  const { drill, model: name } = await drillOf(deps.db, id)
  const { model } = await modelOf(deps, name)
  const place = placeOf(name, model)
  const before = await deps.rollout.read(place)
  const { version: champion } = before
  if (champion === null) {
    const reason = `no version serves yet: ${place.name} has no alias ${place.alias}`
    throw new DriftgateError('ROLLBACK_TARGET_MISSING', { model: name, version: 'none', reason })
  }
  const served = await servedVersions(deps.db, name)
  const wayBack = served.findLast((version) => version !== champion) ?? null
  for (const version of [champion, ...(wayBack === null ? [] : [wayBack])]) {
    await proveLoadable(deps, name, place, version)
  }
  await deps.registry.setAlias(place.name, rehearsalAlias, champion)
  await deps.registry.dropAlias(place.name, rehearsalAlias, champion)
  await deps.rollout.move(place, champion, before.generation)
  await noteDrill(deps.db, drill, { champion })
  return { champion, wayBack }
}
