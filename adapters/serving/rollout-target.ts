/**
 * What decides which version a model server serves. An entry is one file next to this one and one
 * line in `index.ts`.
 *
 * What every entry promises:
 * - `read` answers the version that holds the traffic and a generation that changes whenever
 *   somebody, we or others, made another version hold it.
 * - `move` refuses with RELEASE_STALE when the generation is not the expected one, changes nothing
 *   then, and returns only after it has read its own change back. Moving to the version that is
 *   already there is a success, so that a move whose answer was lost can be repeated.
 * - `compareAndSwap` says whether check and change are one step. Where it is false, somebody else's
 *   change between the two is overwritten; the reading back finds only changes made after ours.
 * Errors of all methods: REGISTRY_UNREACHABLE (retryable) and REGISTRY_REJECTED.
 */
export interface RolloutTarget {
  /** As in `rollout.kind` of the configuration. */
  readonly kind: string
  readonly compareAndSwap: boolean
  read(place: RolloutPlace): Promise<TargetState>
  move(place: RolloutPlace, version: string, expectedGeneration: string): Promise<TargetState>
}

export interface RolloutPlace {
  /** Name of the model in the registry. */
  readonly name: string
  readonly alias: string
}

export interface TargetState {
  /** Null: nothing is served yet. */
  readonly version: string | null
  readonly generation: string
}
