export { addColumns, type CategoryColumn, type Column, type NumberColumn } from './add-columns.ts'
export { addRow, cellOf } from './add-row.ts'
export {
  type BinningOptions,
  buildBinning,
  nextAbove,
  numericEdges,
  numericScale,
} from './binning.ts'
export { rowDeriver } from './derive-row.ts'
export { binningDigest, digestOf, profileDigest, readingId, sha256 } from './digest.ts'
export { type ErasedId, ErasedIds, needlesOf, spellingsOf } from './erased-ids.ts'
export {
  createGuard,
  type Guard,
  type GuardAction,
  type GuardAnswer,
  type GuardOptions,
  type GuardReason,
  type GuardRepairs,
  guard,
} from './guard.ts'
export {
  fitGuardDistance,
  type GuardDistance,
  type GuardDistanceOptions,
} from './guard-distance.ts'
export {
  fitGuard,
  type GuardFit,
  type GuardFitInput,
  groupBy,
  guardBinning,
  guardFitId,
} from './guard-fit.ts'
export { IdHash } from './id-hash.ts'
export { decodeProfile, encodeProfile } from './layout.ts'
export { mergeProfiles } from './merge-profiles.ts'
export { finiteCount, moments } from './moments.ts'
export { PackedSample } from './packed-sample.ts'
export { isInSample, storedId, surelyShort } from './prediction-id.ts'
export {
  type CategoricalCounts,
  createProfile,
  type FeatureCounts,
  type NumericCounts,
  type Profile,
} from './profile.ts'
export { type BuiltReference, ReferenceBuilder } from './reference-builder.ts'
export { RowCounter, waitingNumbers } from './row-counter.ts'
export {
  addToSample,
  createSample,
  decodeSample,
  encodeSample,
  eraseFromSample,
  lineBeginning,
  mergeSamples,
  type Sample,
  type SampledRow,
  sampleDigest,
  sampledRows,
} from './sample.ts'
export { SeenIds } from './seen-ids.ts'
export { otherGroup, segmenter, segmentName, segmentsOf } from './segments.ts'
export { shareAsUnusual, standingIn, type ValueStanding } from './unusual.ts'
export { categoryValue, numericValue } from './values.ts'
export { profileView } from './view.ts'
