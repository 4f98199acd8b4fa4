/**
 * A normal score of a noncentral chi-square value: P(X <= x) is about Φ(score). Sankaran (1963), "Approximations to
 * the non-central chi-square distribution", Biometrika 50: a power of X is nearly normal. Between the 2.5 % and 97.5 %
 * points the score is off by less than 0.03 where the noncentrality is 5 or more, and everywhere above the middle.
 */
export function noncentralScore(x: number, degrees: number, noncentrality: number): number {
  const { power, mean, sd } = nearlyNormal(degrees, noncentrality)
  return ((x / (degrees + noncentrality)) ** power - mean) / sd
}

/** The value with this score. */
export function noncentralAtScore(score: number, degrees: number, noncentrality: number): number {
  const { power, mean, sd } = nearlyNormal(degrees, noncentrality)
  return (degrees + noncentrality) * Math.max(0, mean + score * sd) ** (1 / power)
}

/** The noncentrality under which `x` has this score; 0 where it has a lower one without any. */
export function noncentralityAtScore(x: number, degrees: number, score: number): number {
  const miss = (noncentrality: number) => noncentralScore(x, degrees, noncentrality) - score
  if (miss(0) <= 0) return 0
  // On the root it is nearly a straight line of slope -1.
  let root = Math.sqrt(Math.max(0.01, x - degrees))
  let [before, atBefore] = [root, miss(root * root)]
  root = Math.max(1e-3, root + atBefore)
  for (let i = 0; i < 40; i++) {
    const here = miss(root * root)
    if (Math.abs(here) < 1e-9 || here === atBefore) break
    const next = root - (here * (root - before)) / (here - atBefore)
    ;[before, atBefore] = [root, here]
    root = Math.max(root / 4, next)
  }
  return root * root
}

/** Exponent under which a noncentral variable over its mean is nearly normal, and mean and sd of that power. */
function nearlyNormal(degrees: number, noncentrality: number) {
  const mean = degrees + noncentrality
  const second = degrees + 2 * noncentrality
  const power = 1 - (2 * mean * (degrees + 3 * noncentrality)) / (3 * second * second)
  const p = second / (mean * mean)
  const m = (power - 1) * (1 - 3 * power)
  return {
    power,
    mean: 1 + power * p * (power - 1 - 0.5 * (2 - power) * m * p),
    sd: power * Math.sqrt(2 * p) * (1 + 0.5 * m * p),
  }
}
