/** One of several tests that share a level. */
export interface Weighted {
  readonly p: number
  /** Of the level; all shares add up to 1. */
  readonly share: number
  /** The largest p-value that the test can have up to a limit, where it moves in steps. */
  readonly attained?: (limit: number) => number
}

/** Nobody decides at a level above this one, and steps are not looked at there. */
const decisive = 0.2

/**
 * The p-value of several tests together, each with its share of the level: Bonferroni's inequality with weights
 * (Genovese, Roeder, Wasserman, Biometrika 93, 2006), right however the tests depend on each other. A test that moves
 * in steps adds only what it can reach of its share (Tarone, Biometrics 46, 1990). Never 0.
 */
export function weightedP(tests: readonly Weighted[]): number {
  const least = Math.min(...tests.map(({ p, share }) => p / share))
  if (!(least <= decisive)) return Math.min(1, least)
  let sum = 0
  for (const { share, attained } of tests) {
    // The step that was just reached is not to be missed by a rounding.
    sum += attained?.(share * least * (1 + 1e-9)) ?? share * least
  }
  return Math.max(Number.MIN_VALUE, sum)
}
