/**
 * Driftgate as a library: what is pure, and no more. No export reads a file, a clock or a socket, and none draws
 * chance by itself. What is named here is kept; whatever else the package holds belongs to the command line.
 */

import { evidently as columnDrift } from './statistics/compat/evidently.ts'
import { evidentlyTests } from './statistics/compat/evidently-tests.ts'
import {
  nannymlCategorical,
  nannymlCategoricalMethods,
  nannymlNumeric,
  nannymlNumericMethods,
} from './statistics/compat/nannyml.ts'

// Shapes that cross a border, and the errors that carry a code.
export type { Binning, FeatureBinning } from './contracts/binning.ts'
// Two models on the same rows: which is better, and what may not get worse.
export type { Comparison as ModelComparison } from './contracts/comparison.ts'
export type { FeatureSettings } from './contracts/config.ts'
export { DriftgateError, type ErrorCode, errorTable, isErrorCode } from './contracts/errors.ts'
export type { ClassShift, DriftKind, DriftRemedy, ToldKind } from './contracts/kind.ts'
export { kindWords, remedyWords } from './contracts/kind-words.ts'
export type { PerformanceFinding } from './contracts/performance-finding.ts'
export type { FeatureValue, RawValue } from './contracts/prediction.ts'
export {
  type Explanation,
  type FeatureReport,
  type FeatureScores,
  type JointReport,
  type JointScores,
  type Report,
  reportSchema,
  type Score,
  scoreSchema,
  type VerdictName,
} from './contracts/report.ts'
export type { CheckedSlice, DriftSlice, LossSlice, SliceCondition } from './contracts/slice.ts'
// Rows that hang together: what they count as.
export { designEffectOf, type ValuesByRow } from './detectors/clustered.ts'
export { countedAs } from './detectors/counted-as.ts'
// Two sides of one feature to a score.
export {
  type CategoricalSides,
  type CategoryColumn,
  type Comparison,
  compareWith,
  type Detector,
  defineDetector,
  detectors,
  type Moments,
  type NumericSides,
  type Sides,
  sidesOfCategories,
  sidesOfCounts,
  sidesOfValues,
} from './detectors/index.ts'
// Rows of several features at once to a score.
export {
  compareRows,
  defineRowDetector,
  type RowColumn,
  type RowDetector,
  type RowScore,
  type RowTable,
  rowDetectors,
} from './detectors/rows.ts'
export { type RowSides, scoreRows } from './detectors/score-rows.ts'
export { describedByDefault, scoreSides } from './detectors/score-sides.ts'
// One stream, value by value, to alarms.
export {
  alarmsIn,
  defineStreamingDetector,
  type InControl,
  type Level,
  type Setting,
  type StreamingDetector,
  type StreamState,
  streamingDetectors,
} from './detectors/streaming/index.ts'
// Which rows, of those that nobody declared, and which kind of drift.
export { type ClassedRow, classShift } from './judging/performance/class-shift.ts'
export { findDriftSlices, type SampledSide } from './judging/slices/drift-slices.ts'
export {
  checkLossSlices,
  findLossSlices,
  type LabelledSample,
} from './judging/slices/loss-slices.ts'
export type { ComparedRows, ComparisonPolicy, RowGroup } from './policies/compared-rows.ts'
export { compare as compareModels } from './policies/comparison.ts'
export { comparisonPolicy } from './policies/comparison-policy.ts'
export { type DataSide, type KnownOfWindow, kindOf } from './policies/kinds.ts'
// Scores to a verdict.
export {
  type JudgeInput,
  type JudgeResult,
  judge,
} from './policies/verdict.ts'
// Rows to mergeable counts and their bytes.
// One input before the model sees it.
export {
  addRow,
  type BinningOptions,
  buildBinning,
  type CategoricalCounts,
  createGuard,
  createProfile,
  decodeProfile,
  encodeProfile,
  type FeatureCounts,
  fitGuardDistance,
  type GuardAnswer,
  type GuardDistance,
  type GuardOptions,
  guard,
  mergeProfiles,
  type NumericCounts,
  type Profile,
} from './profiles/index.ts'
// The numbers of other tools, flaws included: scipy 1.17, Evidently 0.7.23 and NannyML 0.13.1.
export type { EvidentlyResult } from './statistics/compat/evidently.ts'
export type { NannymlResult } from './statistics/compat/nannyml.ts'
export * as scipy from './statistics/compat/scipy.ts'

export const evidently = { columnDrift, tests: Object.keys(evidentlyTests) } as const
export const nannyml = {
  numeric: nannymlNumeric,
  categorical: nannymlCategorical,
  numericMethods: nannymlNumericMethods,
  categoricalMethods: nannymlCategoricalMethods,
} as const

// Tests over plain numbers.
export { andersonDarling, andersonDarlingP } from './statistics/anderson-darling.ts'
// How well they will have met them, before the labels come; and what the labels then say of it.
export { type Cbpe, type CbpeEstimate, estimateCbpe, fitCbpe } from './statistics/cbpe/binary.ts'
export {
  estimateMulticlassCbpe,
  fitMulticlassCbpe,
  type MulticlassCbpe,
} from './statistics/cbpe/multiclass.ts'
export { reweightedCbpe } from './statistics/cbpe/reweighted.ts'
export { type ChangePoint, changePoint } from './statistics/change-point.ts'
export { type Clusters, clustersOf, type Keys } from './statistics/clusters.ts'
export {
  type CalibrationChange,
  calibrationChange,
} from './statistics/concept/calibration-change.ts'
export { fitGap, type GapReference, type GapTest, gapTest } from './statistics/concept/gap.ts'
export { type LabelGivenScore, labelGivenScore } from './statistics/concept/label-given-score.ts'
export {
  chiSquareTest,
  cramersV,
  gTest,
  type TableTest,
  yatesTest,
} from './statistics/contingency.ts'
export {
  cramerVonMises,
  cramerVonMisesExactP,
  cramerVonMisesP,
} from './statistics/cramer-von-mises.ts'
export type { DesignEffect } from './statistics/design-effect.ts'
export {
  type DetectableOptions,
  detectableEffect,
  type EffectLaw,
  type GapLaw,
  type NoncentralLaw,
} from './statistics/detectable.ts'
export type { RateLaw } from './statistics/detectable-rate.ts'
export { type Dle, type DleEstimate, estimateDle, fitDle } from './statistics/dle/estimator.ts'
export { eppsSingleton } from './statistics/epps-singleton.ts'
export { type FisherTest, fisherTest } from './statistics/fisher.ts'
// Distances between two histograms, and between two sets of values.
export {
  bhattacharyyaCoefficient,
  hellinger,
  jensenShannonBits,
  jensenShannonNats,
  kullbackLeibler,
  stabilityIndex,
  totalVariation,
} from './statistics/histogram-distances.ts'
export { type ImportanceWeights, importanceWeights } from './statistics/importance-weights.ts'
// How well predictions met their labels: metrics, their intervals, and their change.
export { type PairedAuc, pairedAuc } from './statistics/intervals/auc.ts'
export { type MetricChange, metricChange } from './statistics/intervals/change.ts'
export { type ClassifierOptions, classifierPerformance } from './statistics/intervals/classifier.ts'
export type { MetricEstimate, Performance } from './statistics/intervals/estimate.ts'
export { type MulticlassMetric, multiclassPerformance } from './statistics/intervals/multiclass.ts'
export { type PairedDifference, pairedDifferences } from './statistics/intervals/paired.ts'
export { type RegressorOptions, regressorPerformance } from './statistics/intervals/regressor.ts'
export {
  type KolmogorovSmirnov,
  kolmogorovSmirnov,
  kolmogorovSmirnovExactP,
  kolmogorovSmirnovFiniteP,
  kolmogorovSmirnovP,
} from './statistics/kolmogorov-smirnov.ts'
export { kuiper, kuiperCellsP, kuiperP } from './statistics/kuiper.ts'
export { type LabelShift, labelShift } from './statistics/label-shift.ts'
export {
  type Alternative,
  type MannWhitney,
  mannWhitney,
  mannWhitneyP,
} from './statistics/mann-whitney.ts'
export {
  type ClassificationMetrics,
  type ClassificationOptions,
  classificationMetrics,
} from './statistics/metrics/binary.ts'
export {
  type Averaging,
  type MulticlassInput,
  type MulticlassMetrics,
  multiclassMetrics,
} from './statistics/metrics/multiclass.ts'
export { type RegressionMetrics, regressionMetrics } from './statistics/metrics/regression.ts'
// Many tests at once.
export {
  type Adjustment,
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
  holmSidak,
  hommel,
  sidak,
  simesHochberg,
} from './statistics/multiple-testing.ts'
export { metricLaw, type PairedMetricLaw, type PairedRows } from './statistics/paired/metric-law.ts'
export { mcnemarP } from './statistics/paired/share-law.ts'
export { logSameRateP, rateDifferenceInterval, sameRateP } from './statistics/rates.ts'
export { seededRandom, seedOf } from './statistics/seeded-random.ts'
export {
  type SampleMoments,
  sampleMoments,
  studentTest,
  type TTest,
  welchTest,
} from './statistics/t-test.ts'
export { energyDistance, type ValueCells, wasserstein1 } from './statistics/transport.ts'
export { rateInterval } from './statistics/wilson.ts'
