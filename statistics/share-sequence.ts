import { leaningSequence, type Sequence, type SequenceOptions } from './confidence-sequence.ts'

/** So many of so many. */
export interface Hits {
  readonly n: number
  readonly hits: number
}

/**
 * How much greater the share of the candidate is than that of the stable arm, from -1 to 1, with ends that hold at
 * every look at once; null while an arm has no value. One hit and one miss more in each arm keep every variance above 0.
 */
export function shareDifference(
  stable: Hits,
  candidate: Hits,
  options: SequenceOptions,
): Sequence | null {
  if (stable.n === 0 || candidate.n === 0) return null
  const estimate = candidate.hits / candidate.n - stable.hits / stable.n
  const usual = smoothed(stable)
  const ofStable = spreadAt(usual) / stable.n
  const { low, high } = leaningSequence(
    estimate,
    {
      seen: ofStable + spreadAt(smoothed(candidate)) / candidate.n,
      at: (difference) => ofStable + spreadAt(usual + difference) / candidate.n,
    },
    1,
    options,
  )
  return { estimate, low: Math.max(-1, low), high }
}

const smoothed = ({ n, hits }: Hits): number => (hits + 1) / (n + 2)

/** Variance of one value that is 1 with this chance, else 0. */
function spreadAt(share: number): number {
  const inside = Math.min(1, Math.max(0, share))
  return inside * (1 - inside)
}
