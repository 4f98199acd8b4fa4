import { Context } from '@temporalio/activity'
import { findRollout, insertRollout, saveRollout } from '../adapters/postgres/rollouts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ModelRollout } from '../contracts/rollout-settings.ts'
import type { Traffic } from '../contracts/traffic.ts'
import { newRollout, type Rollout } from '../policies/rollout.ts'
import { confirmServing } from './confirm-serving.ts'
import { type MoveDeps, type Moved, type MoveInput, moveTraffic } from './move-traffic.ts'
import { modelOf, placeOf } from './training-deps.ts'

export interface BegunRollout {
  readonly rollout: Rollout
  readonly settings: ModelRollout
}

/** The steps of a release on their way to all of the traffic, on the queue `release`. Each may be repeated at any time. */
export const rolloutActivities = (deps: MoveDeps) => ({
  /**
   * Where the rollout of a release stands, which is begun where it is not; null: its model has no steps and is not
   * watched, so that all of the traffic moves at once. RELEASE_STALE where others moved it since it was approved.
   */
  async beginRollout(input: {
    readonly release: string
    readonly model: string
    readonly candidate: string
    readonly expectedGeneration: string
  }): Promise<BegunRollout | null> {
    const { release, model, candidate, expectedGeneration } = input
    const known = await begun(deps, release)
    if (known !== null) return known
    const own = (await modelOf(deps, model)).model
    const settings = own.rollout
    if (settings.steps.length === 0 && settings.watch === 0) return null
    const { traffic, version, generation } = await deps.rollout.read(placeOf(model, own))
    if (generation !== expectedGeneration) {
      const details = { release, given: expectedGeneration, current: generation }
      throw new DriftgateError('RELEASE_STALE', details)
    }
    const rollout = newRollout(settings, { stable: version, candidate, traffic, generation })
    await deps.onRolloutPhase?.('before rollout begins')
    await insertRollout(
      deps.db,
      { release, model, state: rollout, settings },
      new Date(deps.clock()),
    )
    await deps.onRolloutPhase?.('after rollout begins')
    return { rollout, settings }
  },

  /** Of a release whose workflow was lost meanwhile; null: it has not begun. */
  findRollout: ({ release }: { release: string }): Promise<BegunRollout | null> =>
    begun(deps, release),

  moveTraffic: (input: MoveInput): Promise<Moved> => moveTraffic(deps, input),

  async saveRollout({ release, rollout }: { release: string; rollout: Rollout }): Promise<void> {
    await deps.onRolloutPhase?.('before rollout is saved')
    await saveRollout(deps.db, release, rollout, new Date(deps.clock()))
    await deps.onRolloutPhase?.('after rollout is saved')
  },

  /** Returns once the model server answers as the target says. SERVING_NOT_MOVED, SERVING_UNREACHABLE (both retryable). */
  confirmTraffic: (input: { model: string; traffic: Traffic }): Promise<void> =>
    confirmServing(deps, input, { signal: Context.current().cancellationSignal }),
})

async function begun({ db }: MoveDeps, release: string): Promise<BegunRollout | null> {
  const row = await findRollout<Rollout>(db, release)
  return row && { rollout: row.state, settings: row.settings }
}
