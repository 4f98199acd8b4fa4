/**
 * The moments of one release at its gate before and after each of its effects on the world, in their order, those
 * within a transaction too; the last four are also those of a scan. A process may end at any of them, and still one
 * answer decides, moves the traffic once, is in the chain, and is what the card says: the chaos runs strike here.
 */
export const gatePhases = [
  'before request',
  'in request, all written',
  'after request',
  'before card is wanted',
  'in card, wanted',
  'before card is posted',
  'after card is posted',
  'before gate event',
  'after gate event',
  'before people are told',
  'after people are told',
  'before delegation',
  'after delegation',
  'before delegation ends',
  'after delegation ends',
  'before press is kept',
  'in press, kept',
  'after press is kept',
  'before answer is sent',
  'before token is used',
  'after token is used',
  'before decision',
  'in decision, link written',
  'after decision',
  'after answer is judged',
  'before press is answered',
  'after press is answered',
  'before review',
  'after review',
  'before move',
  'after move',
  'before state',
  'after state',
  'before card is updated',
  'after card is updated',
  'before review ends',
  'after review ends',
  'before signal',
  'after signal',
  'before steward is saved',
  'after steward is saved',
] as const
export type GatePhase = (typeof gatePhases)[number]

/** Told of every phase that is come by; what it waits for is waited for. */
export type OnGatePhase = (phase: GatePhase) => Promise<void> | void
