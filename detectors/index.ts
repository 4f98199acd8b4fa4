import { andersonDarling } from './anderson-darling.ts'
import { bhattacharyya } from './bhattacharyya.ts'
import { brownForsythe } from './brown-forsythe.ts'
import { chiSquare } from './chi-square.ts'
import { combined } from './combined.ts'
import { combinedCategories } from './combined-categories.ts'
import { constantColumn } from './constant-column.ts'
import { cramerVonMises } from './cramer-von-mises.ts'
import { cramersV } from './cramers-v.ts'
import type { Detector } from './detector.ts'
import { energyDistance } from './energy-distance.ts'
import { eppsSingleton } from './epps-singleton.ts'
import { fisherExact } from './fisher-exact.ts'
import { gTest } from './g-test.ts'
import { hellinger } from './hellinger.ts'
import { jensenShannon } from './jensen-shannon.ts'
import { ks } from './ks.ts'
import { kuiper } from './kuiper.ts'
import { kullbackLeibler } from './kullback-leibler.ts'
import { lInfinity } from './l-infinity.ts'
import { mannWhitney } from './mann-whitney.ts'
import { missingRate } from './missing-rate.ts'
import { psi } from './psi.ts'
import { totalVariation } from './total-variation.ts'
import { twoProportions } from './two-proportions.ts'
import { unseenCategories } from './unseen-categories.ts'
import { wasserstein } from './wasserstein.ts'
import { welchT } from './welch-t.ts'

export {
  type Asked,
  type Comparison,
  compareWith,
  type Detector,
  defineDetector,
} from './detector.ts'
export type { Both, CategoricalSides, Moments, NumericSides, Sides } from './sides.ts'
export { sidesOfCounts } from './sides-of-counts.ts'
export { type CategoryColumn, sidesOfCategories, sidesOfValues } from './sides-of-values.ts'

/** Every detector: one line each. Configuration, command line and documentation are computed from this. */
export const detectors = {
  ks,
  kuiper,
  'cramer-von-mises': cramerVonMises,
  'anderson-darling': andersonDarling,
  combined,
  'mann-whitney': mannWhitney,
  wasserstein,
  'energy-distance': energyDistance,
  'welch-t': welchT,
  'brown-forsythe': brownForsythe,
  'epps-singleton': eppsSingleton,
  'combined-categories': combinedCategories,
  'chi-square': chiSquare,
  'g-test': gTest,
  'fisher-exact': fisherExact,
  'two-proportions': twoProportions,
  'cramers-v': cramersV,
  psi,
  'jensen-shannon': jensenShannon,
  hellinger,
  'total-variation': totalVariation,
  'l-infinity': lInfinity,
  'kullback-leibler': kullbackLeibler,
  bhattacharyya,
  'missing-rate': missingRate,
  'constant-column': constantColumn,
  'unseen-categories': unseenCategories,
} as const satisfies Record<string, Detector>

/** detector -> version of its definition: part of the evidence of a verdict. */
export const definitions: Readonly<Record<string, number>> = Object.fromEntries(
  Object.values(detectors).map(({ name, definition }) => [name, definition]),
)
