import type { Comparison } from '../contracts/comparison.ts'

/** A version beside the champion on the same held-out rows. */
export interface Contender {
  readonly version: string
  readonly comparison: Pick<Comparison, 'result' | 'passes' | 'gain'>
}

/**
 * Which former versions are held against the champion whenever a retraining has left a candidate and rows that nobody has
 * learned from: the last `most` that served before, the latest first. A world that comes back is answered by a version
 * that knew it, and its way back costs no training of its own.
 *
 * @param served versions in the order in which they began to serve, the champion among them; one may be there twice.
 */
export function formerContenders(
  served: readonly string[],
  champion: string | null,
  candidate: string,
  most: number,
): string[] {
  const former = served.toReversed().filter((version) => version !== champion)
  return [...new Set(former)].filter((version) => version !== candidate).slice(0, most)
}

/**
 * Which of the contenders goes on: of those that are shown to be better by themselves the one that gains most, at equal
 * gains the first; where none is, the first, which is the new candidate, with what it came to. A former version is never
 * asked about where it is undecided: the champion serves, and nobody has trained for it.
 */
export function bestContender<One extends Contender>(contenders: readonly [One, ...One[]]): One {
  const gainOf = ({ comparison }: One) => comparison.gain?.gain ?? Number.NEGATIVE_INFINITY
  const better = contenders.filter(({ comparison }) => comparison.result === 'BETTER')
  return better.reduce(
    (best, one) => (gainOf(one) > gainOf(best) ? one : best),
    better[0] ?? contenders[0],
  )
}
