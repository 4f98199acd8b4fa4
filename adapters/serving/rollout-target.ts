import { DriftgateError } from '../../contracts/errors.ts'
import { settled, type Traffic, type TrafficAbilities } from '../../contracts/traffic.ts'

/**
 * What decides which versions a model server serves, and to whom. An entry is one file next to this one, one line in
 * `index.ts` and one in `contracts/rollout-targets.ts`.
 *
 * What every entry promises:
 * - `read` answers who holds the traffic and a generation, which changes whenever somebody, we or others, changed any
 *   part of it.
 * - `set` refuses with RELEASE_STALE when the generation is not the expected one, and changes nothing then. It returns
 *   only after it has read its own change back. What is there already is a success, whatever generation is expected,
 *   so that a change whose answer was lost can be repeated.
 * - Whoever looks in between, and whatever is left when a process dies there, is the old state or the new one.
 * - `abilities` say what it can do; asked for more it throws ROLLOUT_UNABLE. Where `compareAndSwap` is false,
 *   somebody else's change between look and change is overwritten; the reading back finds only what came after ours.
 * Errors of all methods: REGISTRY_UNREACHABLE or ROLLOUT_UNREACHABLE (retryable), REGISTRY_REJECTED or ROLLOUT_REJECTED
 * (also of a version that does not exist), ROLLOUT_UNREADABLE (others wrote what is none of its states).
 */
export interface RolloutTarget {
  /** As in `rollout.kind` of the configuration. */
  readonly kind: string
  readonly abilities: TrafficAbilities
  read(place: RolloutPlace): Promise<TargetState>
  set(place: RolloutPlace, traffic: Traffic, expectedGeneration: string): Promise<TargetState>
}

export interface RolloutPlace {
  /** Name of the model in the registry. */
  readonly name: string
  readonly alias: string
}

export interface TargetState {
  /** Settled: see `settled`. */
  readonly traffic: Traffic
  /** The stable one; null: nothing is served yet. */
  readonly version: string | null
  readonly generation: string
}

export const targetState = (traffic: Traffic, generation: string): TargetState => ({
  traffic,
  version: traffic.stable,
  generation,
})

/** What is asked for, settled. Throws ROLLOUT_UNABLE where the target cannot do it. */
export function requireAble(
  { kind, abilities }: Pick<RolloutTarget, 'kind' | 'abilities'>,
  traffic: Traffic,
): Traffic & { readonly stable: string } {
  const { stable, canary, shadow } = settled(traffic)
  const unable = (wanted: string) => new DriftgateError('ROLLOUT_UNABLE', { kind, wanted })
  if (stable === null) throw unable('leave requests without a version that answers them')
  if (canary !== null && !abilities.split) throw unable('give a version a share of the requests')
  if (shadow !== null && !abilities.shadow) throw unable('send a copy of the requests to a version')
  return { stable, canary, shadow }
}

/** Names a state: `champion=3`, `champion=3, canary=4@10, shadow=5`. */
export function stateName({ alias }: RolloutPlace, { stable, canary, shadow }: Traffic): string {
  return [
    `${alias}=${stable ?? 'none'}`,
    ...(canary === null ? [] : [`canary=${canary.version}@${canary.percent}`]),
    ...(shadow === null ? [] : [`shadow=${shadow}`]),
  ].join(', ')
}

export const stale = (place: RolloutPlace, given: string, current: string) =>
  new DriftgateError('RELEASE_STALE', { release: place.name, given, current })
