/**
 * The moments of one scan before and after each of its effects on the world, in their order, those within the
 * transactions of a slice and of a join of requests and responses. A process may end at any of them and the scan still comes to the same verdict: the chaos
 * runs strike here.
 */
export const scanPhases = [
  'before plan',
  'after plan',
  'before fetch',
  'after fetch',
  'before slice',
  'in slice, head moved',
  'in slice, all written',
  'after slice',
  'before join',
  'in join, all written',
  'after join',
  'before verdict',
  'after verdict',
  'before signal',
  'after signal',
  'before steward is saved',
  'after steward is saved',
  'before performance',
  'after performance',
  'before estimate',
  'after estimate',
] as const
export type ScanPhase = (typeof scanPhases)[number]

/** Told of every phase that is come by; what it waits for is waited for. */
export type OnPhase = (phase: ScanPhase) => Promise<void> | void
