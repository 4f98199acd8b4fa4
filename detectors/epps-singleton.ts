import { z } from 'zod'
import { betaRegularised } from '../statistics/beta.ts'
import { eppsSingletonCells } from '../statistics/epps-singleton.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize, usable } from './sides.ts'

const leastRows = 500
/** Smaller, and the covariance is that of fewer waves than there are. */
const leastCondition = 1e-10
/** The interval's law is known up to here; a larger statistic leaves no doubt. */
const mostStatistic = 1e9

/**
 * Epps-Singleton test
 *
 * Compares characteristic functions at two points: a change of the middle, of spread and of shape all count, for
 * continuous and for discrete values alike. The effect is their distance in standard deviations. It describes:
 * its p-value is close, not exact, and where one side is much the smaller it rejects too often.
 */
export const eppsSingleton = defineDetector({
  name: 'epps-singleton',
  title: 'Epps-Singleton test',
  reads: 'numeric',
  from: 'values',
  definition: 1,
  role: 'description',
  validFor: [
    '500 rows on each side',
    'sides of like size',
    'more than five values, none held by half of all rows',
  ],
  options: z.strictObject({}),
  examples: [{}],
  minimumEffect: 0.25,
  compare({ low, reference, current, ...sides }) {
    const n = usable({ ...sides, low, reference, current })
    const cells = reference.length
    const unknown = (pValueAbsent: string) => ({ ...nothing, pValueAbsent, n, cells })
    const few = Math.min(n.reference, n.current) < leastRows
    if (few) return unknown(`fewer than ${leastRows} rows on one side`)
    if (hasNoSpread(reference, current)) return unknown('half of all rows hold one value')
    const found = eppsSingletonCells({ values: low, reference, current })
    const { statistic, degrees, condition } = found
    if (!(condition > leastCondition)) return unknown('its values are too few or too regular')
    const size = effectiveSize(n.reference, n.current)
    const [least, most] = noncentralInterval(Math.min(mostStatistic, statistic), degrees)
    return {
      score: statistic,
      effect: Math.sqrt(Math.max(0, statistic - degrees) / size),
      effectInterval: [Math.sqrt(least / size), Math.sqrt(most / size)],
      pValue: hotellingSf(statistic, degrees, n.reference, n.current),
      law: { degrees, size },
      n,
      cells,
    }
  },
})

const nothing = { score: 0, effect: 0, effectInterval: [0, 0] as const }

/** Whether the middle half of all rows is one value. */
function hasNoSpread(reference: Float64Array, current: Float64Array): boolean {
  const all = reference.map((count, i) => count + (current[i] as number))
  const rows = all.reduce((sum, count) => sum + count, 0)
  return all.some((count) => count >= rows / 2)
}

/**
 * P(T² >= statistic) of Hotelling's law (1931), since the covariance is estimated: its degrees by Satterthwaite for
 * equal covariances. The chi-square limit rejects 1.5 times too often at 0.1 % with 500 rows.
 */
function hotellingSf(statistic: number, parts: number, n: number, m: number): number {
  const degrees = (1 / n + 1 / m) ** 2 / (1 / (n * n * (n - 1)) + 1 / (m * m * (m - 1)))
  const [above, below] = [degrees, statistic]
  return betaRegularised(
    (degrees - parts + 1) / 2,
    parts / 2,
    above / (above + below),
    below / (above + below),
  )
}
