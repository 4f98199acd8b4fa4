import { z } from 'zod'
import { levene } from '../statistics/levene.ts'
import { differenceShape } from '../statistics/shape.ts'
import type { SampleMoments } from '../statistics/t-test.ts'
import { defineDetector } from './detector.ts'
import { folded } from './folded.ts'
import { middles } from './middles.ts'
import { usable } from './sides.ts'

/** Beyond this single values decide, and the law of F is not known well enough at a budget's levels. */
const mostFarValues = 0.05
const leastRows = 100
/** Largest effect that is told: a spread 1,100 times as wide. */
const most = 7

/**
 * Brown-Forsythe test of spread
 *
 * How much wider or narrower the values lie about their own median: the logarithm of the ratio of mean absolute
 * distances. Sees what tests of the middle are blind to. `centre: 'mean'` is Levene's original.
 */
export const brownForsythe = defineDetector({
  name: 'brown-forsythe',
  title: 'Brown-Forsythe test of spread',
  reads: 'numeric',
  from: 'values',
  definition: 1,
  role: 'test',
  validFor: ['light tails', '100 rows on each side', 'values that repeat little'],
  options: z.strictObject({ center: z.enum(['median', 'mean', 'trimmed']).default('median') }),
  examples: [{}, { center: 'mean' }, { center: 'trimmed' }],
  minimumEffect: 0.4,
  compare(sides, { center }) {
    const n = usable(sides)
    const cells = sides.reference.length
    const values = middles(sides)
    const found = levene(values, center)
    if (found === null) {
      const pValueAbsent = 'no distance from the centre varies'
      return { score: 0, effect: 0, effectInterval: [0, 0], pValueAbsent, n, cells }
    }
    const { logRatio, error } = ratioOf(found.reference, found.current)
    const few = Math.min(n.reference, n.current) < leastRows
    const far = differenceShape(values).farValues > mostFarValues
    return {
      score: found.statistic,
      ...folded(logRatio, error, most),
      ...(few || far
        ? { pValueAbsent: few ? `fewer than ${leastRows} rows on one side` : heavy }
        : { pValue: found.p }),
      law: { chance: error, factor: 1, error, margin: 1.96 * error, most },
      n,
      cells,
    }
  },
})

const heavy = 'its tails are too heavy for so few rows'

/** Logarithm of the ratio of mean distances (Bonett and Seier, American Statistician 57, 2003). */
function ratioOf(before: SampleMoments, now: SampleMoments) {
  if (before.mean === 0 || now.mean === 0) {
    return { logRatio: before.mean === now.mean ? 0 : now.mean > 0 ? most : -most, error: 0 }
  }
  const part = ({ sd, mean, count }: SampleMoments) => sd / mean / Math.sqrt(count)
  return {
    logRatio: Math.max(-most, Math.min(most, Math.log(now.mean) - Math.log(before.mean))),
    error: Math.hypot(part(before), part(now)),
  }
}
