import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import { insertPromotion, markFoundMoved, markMoved } from '../adapters/postgres/promotions.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { OnGatePhase } from '../contracts/gate-phases.ts'
import { allTo, sameTraffic } from '../contracts/traffic.ts'
import { proveLoadable } from './prove-loadable.ts'
import { modelOf, placeOf, type TrainingDeps } from './training-deps.ts'

export type PromoteDeps = Pick<
  TrainingDeps,
  'db' | 'registry' | 'rollout' | 'settings' | 'clock'
> & {
  /** Absent: nobody wants to know. */
  readonly onPhase?: OnGatePhase
}

/** Stands for the version where a model has no champion yet. */
export const noVersion = 'none'

/** Which version holds the traffic now, and the generation an approval is bound to. */
export async function targetGeneration(
  deps: PromoteDeps,
  { model }: { model: string },
): Promise<{ generation: string; version: string }> {
  const settings = (await modelOf(deps, model)).model
  const state = await deps.rollout.read(placeOf(model, settings))
  return { generation: state.generation, version: state.version ?? noVersion }
}

export interface PromoteInput {
  readonly model: string
  readonly version: string
  /** What `targetGeneration` said when the people were asked. */
  readonly expectedGeneration: string
}

/**
 * Moves the traffic of a model to a version. Before anything moves, the version in place is proven
 * to be a way back: it exists, its files can be read and its parity holds; so is the new one. The
 * previous version is in the table before the target is touched. Repeated after its own success it
 * changes nothing.
 *
 * Errors: RELEASE_STALE (somebody else moved the target), ROLLBACK_TARGET_MISSING,
 * REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function promote(
  deps: PromoteDeps,
  input: PromoteInput,
): Promise<{ generation: string }> {
  const { model, version, expectedGeneration } = input
  const settings = (await modelOf(deps, model)).model
  const place = placeOf(model, settings)
  const noChallenger = () =>
    deps.registry.dropAlias(place.name, settings.registry.challenger, version)
  return withAdvisoryLock(deps.db, `rollout/${place.name}/${place.alias}`, async (db) => {
    const before = await deps.rollout.read(place)
    if (sameTraffic(before.traffic, allTo(version))) {
      const { generation } = before
      await markFoundMoved(db, { model, version, generation }, new Date(deps.clock()))
      await noChallenger()
      return { generation }
    }
    if (before.generation !== expectedGeneration) {
      const details = { release: model, given: expectedGeneration, current: before.generation }
      throw new DriftgateError('RELEASE_STALE', details)
    }
    if (before.version !== null) await proveLoadable(deps, model, place, before.version)
    await proveLoadable(deps, model, place, version)
    const previousVersion = before.version
    const promotion = { model, version, previousVersion, expectedGeneration }
    const id = await insertPromotion(db, promotion)
    await deps.onPhase?.('before move')
    const after = await deps.rollout.set(place, allTo(version), expectedGeneration)
    await deps.onPhase?.('after move')
    await markMoved(db, id, after.generation, new Date(deps.clock()))
    await noChallenger()
    return { generation: after.generation }
  })
}
