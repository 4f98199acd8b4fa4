/**
 * The two-sample tests and distances of scipy 1.17 under scipy's names, flaws included: each file says what they are.
 * What has a number there has the same one here; what gives NaN there throws a RangeError.
 */
export {
  energyDistance2 as energy_distance,
  entropy,
  jensenshannon,
  wassersteinDistance as wasserstein_distance,
} from './scipy-distances.ts'
export { type KstestResult, ks2samp as ks_2samp } from './scipy-kolmogorov.ts'
export {
  eppsSingleton2samp as epps_singleton_2samp,
  levene,
  type TtestResult,
  ttestInd as ttest_ind,
} from './scipy-means.ts'
export {
  type AndersonResult,
  andersonKsamp as anderson_ksamp,
  cramervonmises2samp as cramervonmises_2samp,
  mannwhitneyu,
  type TestResult,
} from './scipy-ranks.ts'
export {
  type Chi2ContingencyResult,
  chi2Contingency as chi2_contingency,
  type FisherExactResult,
  fisherExact as fisher_exact,
} from './scipy-tables.ts'
