import { sameTraffic, type Traffic, trafficInWords } from '../contracts/traffic.ts'

/** What is known when a rollout target is looked at. */
export interface TargetLook {
  /** What the record says that it holds; null: nothing is known. */
  readonly recorded: Traffic | null
  /** Where a move of ours that is under way may have left it; null: none is. */
  readonly moving: Traffic | null
  /** What it holds. */
  readonly found: Traffic
  /** A move by hand that was found before and is not over; null: none. */
  readonly open: Traffic | null
  /** Who has acknowledged that one, by name; null: nobody. */
  readonly acknowledgedBy: string | null
}

export type TargetFinding =
  /** It holds what the record says. */
  | { readonly kind: 'as-recorded' }
  /** Nothing was known, and now this is. */
  | { readonly kind: 'first' }
  /** Our own move is under way: the next look knows more. */
  | { readonly kind: 'moving' }
  /** No release put it there, and nobody has said that it shall stay. */
  | { readonly kind: 'foreign'; readonly isNew: boolean }
  /** No release put it there, and a person took notice: from now on it is what the record says. */
  | { readonly kind: 'accepted'; readonly by: string }
  /** What a person took notice of is not there any more, and neither is what the record says: that is told anew. */
  | { readonly kind: 'foreign-again' }

/** How a rollout target stands to the record. A machine never moves it back. */
export function judgeTarget(look: TargetLook): TargetFinding {
  const { recorded, moving, found, open, acknowledgedBy } = look
  if (recorded !== null && sameTraffic(recorded, found)) return { kind: 'as-recorded' }
  if (moving !== null && sameTraffic(moving, found)) return { kind: 'moving' }
  if (recorded === null) return found.stable === null ? { kind: 'as-recorded' } : { kind: 'first' }
  if (open === null) return { kind: 'foreign', isNew: true }
  if (sameTraffic(open, found)) {
    return acknowledgedBy === null
      ? { kind: 'foreign', isNew: false }
      : { kind: 'accepted', by: acknowledgedBy }
  }
  return acknowledgedBy === null ? { kind: 'foreign', isNew: true } : { kind: 'foreign-again' }
}

/** What the owners are told. */
export const foreignMoveSentence = (recorded: Traffic, found: Traffic): string =>
  `somebody moved the traffic and no release did: from ${trafficInWords(recorded)} to ${trafficInWords(found)}`
