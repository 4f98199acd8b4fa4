import { latestPromotion } from '../adapters/postgres/promotions.ts'
import { findRelease, markRolledBack } from '../adapters/postgres/releases.ts'
import { listMoves } from '../adapters/postgres/traffic-moves.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type Place, placesOf } from '../contracts/gate-policy.ts'
import { allTo, sameTraffic } from '../contracts/traffic.ts'
import type { MoveDeps } from './move-traffic.ts'
import { proveLoadable } from './prove-loadable.ts'
import { modelOf, placeOf } from './training-deps.ts'

/** How all of the traffic goes back to what served before a release. */
export interface WayBack {
  readonly candidate: string
  readonly stable: string
  /** Of the target as it is now. */
  readonly generation: string
  /** Number of the move that it would be. */
  readonly seq: number
  readonly evidenceDigest: string
  readonly places: readonly Place[]
}

export const wayBackActivities = (deps: MoveDeps) => ({
  /**
   * Of a release that has ended as promoted, for as long as its version serves and nothing was promoted after it; else
   * why there is none. Errors: RELEASE_UNKNOWN, REGISTRY_UNREACHABLE (retryable).
   */
  async findWayBack(input: {
    readonly release: string
    readonly model: string
  }): Promise<WayBack | { readonly none: string }> {
    const { release, model } = input
    const row = await findRelease(deps.db, release)
    if (row === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
    if (row.state !== 'promoted') return { none: `it has ended: ${row.state}` }
    const last = await latestPromotion(deps.db, model)
    const candidate = row.candidateVersion
    const settings = (await modelOf(deps, model)).model
    const place = placeOf(model, settings)
    const now = await deps.rollout.read(place)
    if (last?.version !== candidate || !sameTraffic(now.traffic, allTo(candidate))) {
      return { none: `version ${now.version ?? 'none'} serves, and not what this release moved to` }
    }
    const stable = last.previousVersion
    if (stable === null) return { none: `nothing served before version ${candidate}` }
    try {
      await proveLoadable(deps, model, place, stable)
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.entry.retryable) throw error
      return { none: error.message }
    }
    const { evidence, evidenceDigest } = row
    const seq = (await listMoves(deps.db, release)).length
    const places = placesOf(evidence.policy)
    return { candidate, stable, generation: now.generation, seq, evidenceDigest, places }
  },

  noteRolledBack: ({ release, reason }: { release: string; reason: string }): Promise<void> =>
    markRolledBack(deps.db, release, reason),
})
