/** What is kept of the values of one arm: how many there are, their sum and the sum of their squares. */
export interface ArmSums {
  readonly n: number
  readonly sum: number
  readonly squares: number
}

export const noSums: ArmSums = { n: 0, sum: 0, squares: 0 }

/** Those of both together: any grouping and any order give the same, but for rounding. */
export const addSums = (left: ArmSums, right: ArmSums): ArmSums => ({
  n: left.n + right.n,
  sum: left.sum + right.sum,
  squares: left.squares + right.squares,
})

export interface SequenceOptions {
  /** The chance that the low end ever lies above the truth; the same again that the high end ever lies below it. */
  readonly risk: number
  /** A difference that matters: the sequence is narrowest about when it can tell it from none. */
  readonly focus: number
}

/** An estimate with ends that hold at every look at once, however often and whenever one looks. */
export interface Sequence {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/**
 * How far an estimate of this variance may be off, on one side, at this look and at every other one.
 *
 * The estimate less the truth, over its variance V, is about a Brownian motion B at time W = 1 / V. Mixed over drifts of
 * a half-normal law of spread s it gives the martingale 2 exp(x^2 / 2) F(x) / sqrt(W s^2 + 1), with x = s B / sqrt(W s^2 + 1)
 * and F the normal distribution function. By Ville's inequality it ever passes 1 / risk with a chance of risk at most.
 * F(x) >= 1 - exp(-x^2 / 2) / 2 for x >= 0 turns that into a formula. It is asymptotic in the number of values, not in
 * that of looks.
 *
 * @see https://arxiv.org/abs/2103.06476 (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021)
 */
export function sequenceWidth(variance: number, { risk, focus }: SequenceOptions): number {
  if (!(variance > 0)) return 0
  const grown = spreadOf(risk, focus) / variance + 1
  const reach = Math.sqrt(2 * Math.log((1 + Math.sqrt(grown) / risk) / 2))
  return Math.sqrt((variance * grown) / (grown - 1)) * reach
}

/** s^2, such that the width is about least at W = (3 / focus)^2: three standard errors are what matters. */
function spreadOf(risk: number, focus: number): number {
  const level = -2 * Math.log(2 * risk)
  return (level + Math.log(level + 1)) * (focus / 3) ** 2
}

/** Halvings of what the high end may be: a billionth of it. */
const halvings = 30

/**
 * A sequence whose high end asks of each difference how much the estimate would vary if it were the true one. What leans
 * to the right, as counts of something rare and times do, varies less where it came out low by chance: by its own variance
 * such a candidate would look surely good too soon. The low end takes the variance that was seen: one that came out high
 * varies more, which errs on the safe side. `most`: no difference is greater.
 */
export function leaningSequence(
  estimate: number,
  variance: { readonly seen: number; readonly at: (difference: number) => number },
  most: number,
  options: SequenceOptions,
): Sequence {
  const low = estimate - sequenceWidth(variance.seen, options)
  let [possible, above] = [estimate, Math.max(most, estimate)]
  for (let i = 0; i < halvings; i++) {
    const middle = (possible + above) / 2
    if (middle - estimate <= sequenceWidth(variance.at(middle), options)) possible = middle
    else above = middle
  }
  return { estimate, low, high: above }
}
