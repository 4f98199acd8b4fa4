/**
 * The p-value of several tests together, each with its share of the level (shares add up to 1): Bonferroni's inequality
 * with weights (Genovese, Roeder, Wasserman, Biometrika 93, 2006), right however the tests depend on each other. Never 0.
 */
export const weightedP = (tests: readonly (readonly [p: number, share: number])[]): number =>
  Math.min(1, Math.max(Number.MIN_VALUE, Math.min(...tests.map(([p, share]) => p / share))))
