import {
  type LatticeChart,
  latticeRunLength,
  normalCusumRunLength,
} from '../../statistics/cusum-run-length.ts'
import { betweenAlarms } from '../../statistics/run-length.ts'
import { apart, nearestReal, nearestWhole } from './fit.ts'
import { type Ask, unattainable } from './in-control.ts'

interface Charts {
  readonly target: number
  readonly charts: readonly { readonly slack: number; readonly threshold: number }[]
  readonly achieved: number
  readonly by: string
}

/** Beyond this a rate is too rare for two charts at once: the steps of both would be too many. */
const rareRate = 0.04

/**
 * CUSUM charts for errors at a known rate, each tuned to odds of an error that grow by one of `ratios`: it takes the
 * log likelihood ratio of both rates, as whole steps (Reynolds and Stoumbos, J. Quality Technology 31, 1999). With
 * several charts each has the same run length alone.
 */
export function errorCharts(name: string, ask: Ask, ratios: readonly number[]): Charts {
  const { at, high } = ask.rate as NonNullable<Ask['rate']>
  const used = at < rareRate ? ratios.slice(0, 1) : ratios.slice(0, 2)
  const steps = used.map((ratio) => stepsFor(referenceOf(at, ratio), used.length > 1 ? 12 : 40))
  const runs = (tops: readonly number[], rate: number) => {
    const charts = tops.map((top, i) => ({ ...(steps[i] as Steps), top }))
    return betweenAlarms(latticeRunLength(charts, rate), ask.every)
  }
  const alone = (i: number, every: number): number => {
    const chart = steps[i] as Steps
    const of = (top: number) =>
      betweenAlarms(latticeRunLength([{ ...chart, top }], high), ask.every)
    const top = nearestWhole(of, every, 1, 40 * (chart.up + chart.down))
    if (top === null) throw unattainable(name, `a rate of ${at} needs a longer chart than it has`)
    return top
  }
  let tops = steps.map((_, i) => alone(i, ask.every))
  if (tops.length > 1) tops = together((every) => steps.map((_, i) => alone(i, every)), runs, ask)
  return {
    target: at,
    charts: steps.map(({ up, down }, i) => ({
      slack: down / (up + down) - at,
      // Between two steps, so that rounding decides nothing.
      threshold: ((tops[i] as number) + 0.5) / (up + down),
    })),
    achieved: runs(tops, at),
    by: 'its Markov chain, exact',
  }
}

type Steps = Pick<LatticeChart, 'up' | 'down'>

/** Charts that each keep to more than `every` so that together they keep to it; the first takes up the rest. */
function together(
  tops: (every: number) => number[],
  runs: (tops: readonly number[], rate: number) => number,
  { every, rate }: Ask,
): number[] {
  const high = (rate as NonNullable<Ask['rate']>).high
  let shared = 1.45
  let best: { tops: number[]; run: number } | null = null
  const tried = (these: number[]) => {
    const run = runs(these, high)
    if (best === null || apart(run, every) < apart(best.run, every)) best = { tops: these, run }
    return run
  }
  for (let i = 0; i < 2; i++) {
    const run = tried(tops(every * shared))
    if (apart(run, every) < 0.02) break
    shared *= every / run
  }
  const [first = 1, ...others] = (best as unknown as { tops: number[] }).tops
  const [from, second = 1] = [first, ...others]
  for (const [by, other] of [
    [1, 0],
    [-1, 0],
    [2, 0],
    [-2, 0],
    [3, -1],
    [-3, 1],
  ] as const) {
    if (apart((best as unknown as { run: number }).run, every) < 0.02) break
    tried([Math.max(1, from + by), Math.max(1, second + other)])
  }
  return (best as unknown as { tops: number[] }).tops
}

/** What an error at `rate` counts as, that no error takes off, for odds that grow by `ratio`: between both rates. */
function referenceOf(rate: number, ratio: number): number {
  const odds = (ratio * rate) / (1 - rate)
  const grown = odds / (1 + odds)
  return Math.log((1 - rate) / (1 - grown)) / Math.log(ratio)
}

/** A fraction near the reference: the error climbs what it lacks to 1. */
function stepsFor(reference: number, most: number): Steps {
  const least = Math.ceil(most / 2)
  if (reference < 1 / least) {
    const size = Math.round(1 / reference)
    return { up: size - 1, down: 1 }
  }
  let best = { up: 1, down: 1 }
  let off = 1
  for (let size = most; size >= least; size--) {
    const down = Math.min(size - 1, Math.max(1, Math.round(reference * size)))
    const far = Math.abs(down / size - reference)
    if (far < off) [off, best] = [far, { up: size - down, down }]
  }
  return best
}

/**
 * One CUSUM chart of normal values, tuned to a shift of `shift` deviations; the run length is that of normal values,
 * with the mean as far off and the deviation as large as they may be.
 */
export function normalChart(name: string, ask: Ask, shift: number, sides: 1 | 2): Charts {
  const { mean, sd, meanOff, highSd } = ask.law as NonNullable<Ask['law']>
  const scale = sd / highSd
  const slack = shift / 2
  const runs = (top: number, off: number, by: number) => {
    const run = normalCusumRunLength(slack * by, top * by, off * by)
    return betweenAlarms(run, ask.every)
  }
  const wanted = ask.every * sides
  const of = (top: number) => runs(top, meanOff, scale)
  let most = 2
  while (most < 64 && of(most) < wanted) most *= 2
  if (meanOff >= slack || most === 64) {
    throw unattainable(name, 'mean and deviation are known too little: give more values')
  }
  const top = nearestReal(of, wanted, 0.05, most)
  return {
    target: mean,
    charts: [{ slack: slack * sd, threshold: top * sd }],
    achieved: runs(top, 0, 1) / sides,
    by: 'a Markov chain for normal values',
  }
}
