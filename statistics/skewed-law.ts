/**
 * The normal score of a standardised value whose law leans to one side, by its skewness: the cube root of a gamma variable
 * is nearly normal (Wilson and Hilferty, PNAS 17, 1931). The value itself where the skewness is 0. Rises with the value.
 *
 * @see https://doi.org/10.1073/pnas.17.12.684
 */
export function normalScore(value: number, skewness: number): number {
  if (Math.abs(skewness) < flat) return value
  return (6 / skewness) * (Math.cbrt(1 + (skewness * value) / 2) - 1 + skewness ** 2 / 36)
}

/** The standardised value that has this normal score. */
export function valueOfScore(score: number, skewness: number): number {
  if (Math.abs(skewness) < flat) return score
  return (2 / skewness) * ((1 - skewness ** 2 / 36 + (skewness * score) / 6) ** 3 - 1)
}

/** Below it both formulas lose their digits, and change nothing. */
const flat = 1e-5
