import { z } from 'zod'
import { differenceShape } from '../statistics/shape.ts'
import {
  pooledDeviation,
  type SampleMoments,
  studentTest,
  welchTest,
} from '../statistics/t-test.ts'
import { defineDetector } from './detector.ts'
import { folded } from './folded.ts'
import { middles } from './middles.ts'
import { type Moments, type NumericSides, usable } from './sides.ts'

/** Beyond these the law of t is not known well enough at a budget's levels; see the page. */
const most = { skewness: 0.02, farValues: 0.05 }
const leastRows = 30

/**
 * Welch's t test
 *
 * The difference of the means in standard errors, from exact moments. The test for a mean that moved, where tails are
 * light; one far value blinds it. With `equalVariances` it is Student's.
 */
export const welchT = defineDetector({
  name: 'welch-t',
  title: "Welch's t test",
  reads: 'numeric',
  from: 'counts',
  definition: 1,
  role: 'test',
  validFor: ['light tails', 'little skewness for sides of unlike size', '30 rows on each side'],
  options: z.strictObject({ equalVariances: z.boolean().default(false) }),
  examples: [{}, { equalVariances: true }],
  minimumEffect: 0.25,
  compare(sides, { equalVariances }) {
    const n = usable(sides)
    const { reference, current } = sides.moments
    const [x, y] = [sampleOf(reference), sampleOf(current)]
    if (x === null || y === null) {
      return {
        ...nothing,
        pValueAbsent: 'fewer than two values on one side',
        n,
        cells: cells(sides),
      }
    }
    const test = equalVariances ? studentTest(x, y) : welchTest(x, y)
    const { difference, error } = equalVariances ? standardised(x, y) : balanced(x, y)
    const absent = reasonOf(sides)
    return {
      score: test?.t ?? 0,
      ...folded(difference, error),
      ...(test === null
        ? { pValueAbsent: 'no value varies on either side' }
        : absent !== undefined
          ? { pValueAbsent: absent }
          : { pValue: test.p, logP: logTail(test.t, test.degrees) }),
      law: { chance: Math.sqrt(1 / x.count + 1 / y.count), factor: 1, error, margin: 1.96 * error },
      n,
      cells: cells(sides),
    }
  },
})

const nothing = { score: 0, effect: 0, effectInterval: [0, 0] as const }
const cells = ({ reference }: NumericSides) => reference.length

function sampleOf(moments: Moments | null): SampleMoments | null {
  if (moments === null || moments.count < 2) return null
  const { count, mean, sd } = moments
  return { count, mean, sd: sd * Math.sqrt(count / (count - 1)) }
}

/** Where the p-value would not be right: by rows of both sides together, whichever side they are on. */
function reasonOf(sides: NumericSides): string | undefined {
  const { reference, current } = usable(sides)
  if (Math.min(reference, current) < leastRows) return `fewer than ${leastRows} rows on one side`
  const { skewness, farValues } = differenceShape(middles(sides))
  if (farValues > most.farValues) return 'its tails are too heavy for so few rows'
  return skewness > most.skewness ? 'it is too skewed for sides of so different sizes' : undefined
}

/** Difference of the means in the root of the mean variance (Bonett, Psychological Methods 13, 2008). */
function balanced(x: SampleMoments, y: SampleMoments) {
  const unit = Math.max(x.sd, y.sd)
  if (!(unit > 0)) return constants(x, y)
  const [p, q] = [(x.sd / unit) ** 2, (y.sd / unit) ** 2]
  const middle = (p + q) / 2
  const difference = differenceIn(unit * Math.sqrt(middle), x, y)
  const [before, now] = [x.count - 1, y.count - 1]
  const ofSpread = difference * Math.sqrt((p ** 2 / before + q ** 2 / now) / (8 * middle ** 2))
  return { difference, error: Math.hypot(ofSpread, Math.sqrt((p / before + q / now) / middle)) }
}

/** Cohen's d and its error (Hedges and Olkin, "Statistical methods for meta-analysis", 1985, 5E). */
function standardised(x: SampleMoments, y: SampleMoments) {
  const unit = pooledDeviation(x, y)
  if (!(unit > 0)) return constants(x, y)
  const difference = differenceIn(unit, x, y)
  const ofSpread = difference / Math.sqrt(2 * (x.count + y.count - 2))
  return { difference, error: Math.hypot(ofSpread, Math.sqrt(1 / x.count + 1 / y.count)) }
}

/** Two constants: in standard deviations of both together, each with the same weight. */
const constants = (x: SampleMoments, y: SampleMoments) => ({
  difference: x.mean === y.mean ? 0 : x.mean > y.mean ? 2 : -2,
  error: 0,
})

const differenceIn = (unit: number, x: SampleMoments, y: SampleMoments): number => {
  const difference = (x.mean / 2 - y.mean / 2) / (unit / 2)
  return Math.max(-1e150, Math.min(1e150, difference))
}

/** ln of two tails of Student's law, far out, where the density falls as a power (Soms 1976). */
function logTail(t: number, degrees: number): number {
  const ratio = Math.abs(t) / Math.sqrt(degrees)
  const log = -degrees * Math.log(Math.max(1, ratio))
  return ratio > 1 ? log : -((degrees + 1) / 2) * Math.log1p(ratio * ratio)
}
