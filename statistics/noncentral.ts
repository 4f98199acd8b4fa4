import { chiSquareSf, logGamma } from './special.ts'

/** P(X >= x) of a noncentral chi-square variable: a Poisson mixture of central ones (Johnson, Kotz, Balakrishnan, 29.2). */
export const noncentralSf = (x: number, degrees: number, noncentrality: number): number =>
  noncentralTail(x, degrees)(noncentrality)

/** The same as a function of the noncentrality alone: where the mixture begins depends on little of it. */
function noncentralTail(x: number, degrees: number): (noncentrality: number) => number {
  if (x <= 0) return () => 1
  const y = x / 2
  const startAt = (first: number) => {
    const a = degrees / 2 + first
    return { a, tail: chiSquareSf(x, 2 * a), step: Math.exp(a * Math.log(y) - y - logGamma(a + 1)) }
  }
  const central = startAt(0)
  return (noncentrality) => {
    if (noncentrality === 0) return central.tail
    const mean = noncentrality / 2
    const reach = Math.ceil(12 * Math.sqrt(mean) + 30)
    const first = Math.max(0, Math.floor(mean) - reach)
    // Weights and tails go up by recurrence: w(j + 1) = w(j) mean / (j + 1), Q(a + 1, y) = Q(a, y) + y^a e^-y / Γ(a + 1).
    let { a, tail, step } = first === 0 ? central : startAt(first)
    let weight = Math.exp(-mean + first * Math.log(mean) - (first > 0 ? logGamma(first + 1) : 0))
    let sum = 0
    for (let j = first; j <= first + 2 * reach; j++) {
      sum += weight * tail
      if (j > mean && weight < 1e-17 * sum) break
      weight *= mean / (j + 1)
      tail += step
      a += 1
      step *= y / a
    }
    return Math.min(1, sum)
  }
}

/**
 * Interval of the noncentrality behind an observed chi-square statistic (Smithson 2003, "Confidence intervals",
 * chapter 4): the values under which the statistic is just not too large and just not too small. Beyond a
 * statistic of 2,000 the normal limit of the law, sd = sqrt(2 (degrees + 2 noncentrality)), is used.
 */
export function noncentralInterval(
  statistic: number,
  degrees: number,
  level = 0.95,
): [number, number] {
  const tail = (1 - level) / 2
  const sf =
    statistic > 2_000 ? normalLimit(statistic, degrees) : noncentralTail(statistic, degrees)
  return [noncentralityAt(statistic, sf, tail), noncentralityAt(statistic, sf, 1 - tail)]
}

/**
 * The noncentrality at which `sf`, P(X >= statistic), is `target`; 0 when it is larger already without any. By the Illinois
 * variant of the rule of false position (Dowell and Jarratt 1971), on the square roots, where the tail is nearly a
 * normal one.
 */
function noncentralityAt(
  statistic: number,
  sf: (noncentrality: number) => number,
  target: number,
): number {
  const miss = (root: number) => sf(root * root) - target
  let low = 0
  let below = miss(low)
  if (below >= 0) return 0
  let high = Math.max(1, Math.sqrt(statistic))
  let above = miss(high)
  while (above < 0) {
    low = high
    below = above
    high *= Math.SQRT2
    above = miss(high)
  }
  let middle = 0
  let lastSide = 0
  for (let i = 0; i < 100; i++) {
    const before = middle
    middle = high - (above * (high - low)) / (above - below)
    const here = miss(middle)
    if (here === 0 || Math.abs(middle - before) <= 1e-11 * middle) break
    const side = Math.sign(here)
    // An end that stays where it is counts half: the next step then goes beyond the root.
    if (side < 0) {
      low = middle
      below = here
      if (lastSide < 0) above /= 2
    } else {
      high = middle
      above = here
      if (lastSide > 0) below /= 2
    }
    lastSide = side
  }
  return middle * middle
}

const normalLimit = (x: number, degrees: number) => (noncentrality: number) => {
  const z = (x - degrees - noncentrality) / Math.sqrt(2 * (degrees + 2 * noncentrality))
  const tail = 0.5 * chiSquareSf(z * z, 1)
  return z < 0 ? 1 - tail : tail
}
