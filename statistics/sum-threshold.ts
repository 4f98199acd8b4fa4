import type { WindowSpread } from './window-spread.ts'

/** What a sum of values adds up while nothing changes: errors at a rate, or normal values. */
export type SumLaw = { readonly rate: number } | { readonly sd: number }

const varianceOf = (law: SumLaw): number =>
  'rate' in law ? law.rate * (1 - law.rate) : law.sd * law.sd

/**
 * How fast the chance of a sum to reach a height falls with it, exp(-exponent x height): where E exp(exponent x step) = 1
 * (Lundberg's exponent; Siegmund, Sequential Analysis, 1985, 8.2). The step is a value less its mean less `slack`.
 */
export function sumExponent(law: SumLaw, slack: number): number {
  if (!(slack > 0)) return 0
  if ('sd' in law) return (2 * slack) / (law.sd * law.sd)
  const { rate } = law
  const up = 1 - rate - slack
  if (up <= 0) return Number.POSITIVE_INFINITY
  const mean = (at: number) =>
    rate * Math.exp(at * up) + (1 - rate) * Math.exp(-at * (rate + slack)) - 1
  let [low, high] = [0, 1]
  while (mean(high) < 0) {
    low = high
    high *= 2
  }
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (mean(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** A chart that was set at values between alarms for a law that is known, from which others are worked out. */
export interface SetChart {
  readonly slack: number
  readonly threshold: number
  readonly every: number
}

export interface Learned {
  readonly law: SumLaw
  /** From how many values the mean was learned. */
  readonly values: number
  /** How much more windows vary than independent values. */
  readonly spread: WindowSpread
  /** Declared: at least so many times. */
  readonly designEffect: number
}

/** One-sided, of the mean: nine of ten get at least what they ask for. */
const careful = 1.2816

/**
 * The threshold at which a chart alarms once in `every` values, on average over what mean and variation of windows may be that
 * were learned. Of a known law the logarithm of the values between alarms grows along the exponent; windows that vary by
 * more make sums as wide, so that threshold and values count in such units; the chance to reach it is averaged over what
 * is left open of the variation (a gamma law of its inverse) and of the mean (normal). Null: so few values cannot keep it.
 */
export function sumThreshold(chart: SetChart, learned: Learned, every: number): number | null {
  const { law, spread, designEffect } = learned
  const known = heightOf(chart, learned, designEffect, logEvery(chart, law, every, designEffect))
  const factor = Math.max(1, spread.factor)
  const asked = logEvery(chart, law, every, factor)
  const half = spread.degrees / 2
  const widened = half * (Math.exp(asked / (half + 1)) - 1)
  const open = heightOf(chart, learned, spread.factor, widened)
  return known === null || open === null ? null : Math.max(known, open)
}

/** Fewer values than these, and the mean is known too little for it; what `sumThreshold` asks for, and a tenth. */
export function valuesNeeded(chart: SetChart, learned: Learned, every: number): number {
  const { law, spread, designEffect } = learned
  const factor = Math.max(1, spread.factor, designEffect)
  const half = spread.degrees / 2
  const asked = logEvery(chart, law, every, factor)
  const widened = half * (Math.exp(asked / (half + 1)) - 1)
  return Math.ceil((2.2 * widened * varianceOf(law) * factor) / chart.slack ** 2)
}

/** The logarithm of the wanted values, less what it is at a threshold of 0. */
function logEvery(chart: SetChart, law: SumLaw, every: number, factor: number): number {
  const exponent = sumExponent(law, chart.slack)
  return Math.max(1, Math.log(every / factor / chart.every) + exponent * chart.threshold)
}

function heightOf(
  { slack }: SetChart,
  { law, values }: Learned,
  factor: number,
  log: number,
): number | null {
  // Variance of the mean that was learned.
  const open = (varianceOf(law) * Math.max(1, factor)) / values
  const left = slack * slack - 2 * open * log
  if (left <= 0) return null
  // At this distance of the mean the sum over all distances is kept.
  const off = Math.max(careful * Math.sqrt(open), slack - (open * log) / (slack - Math.sqrt(left)))
  const worst = 'rate' in law ? { rate: Math.min(0.999, law.rate + off) } : law
  const exponent = sumExponent(worst, slack - off)
  return exponent > 0 ? (factor * log) / exponent : null
}
