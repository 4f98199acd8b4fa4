/**
 * The moments of one rollout before and after each of its effects on the world, in their order. A process may end at
 * any of them, and still the traffic is one of the recorded states: the chaos runs strike here.
 */
export const rolloutPhases = [
  'before rollout begins',
  'after rollout begins',
  'before move is written',
  'after move is written',
  'after target is moved',
  'after move is confirmed',
  'before rollout is saved',
  'after rollout is saved',
  'before health is saved',
  'after health is saved',
  'before order is used',
  'after order is used',
] as const
export type RolloutPhase = (typeof rolloutPhases)[number]

/** Told of every phase that is come by; what it waits for is waited for. */
export type OnRolloutPhase = (phase: RolloutPhase) => Promise<void> | void
