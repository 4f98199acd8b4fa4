import { DriftgateError } from '../contracts/errors.ts'
import { binningDigest } from './digest.ts'
import type { NumericCounts, Profile } from './profile.ts'

/** Adds `from` to `into`, exactly: any order and grouping of merges gives the same bytes. */
export function mergeProfiles(into: Profile, from: Profile): void {
  const left = binningDigest(into.binning)
  const right = binningDigest(from.binning)
  if (left !== right) throw new DriftgateError('PROFILE_BINNING_MISMATCH', { left, right })
  into.rows += from.rows
  for (const [i, feature] of into.features.entries()) {
    const other = from.features[i]
    if (feature.kind === 'numeric' && other?.kind === 'numeric') mergeNumeric(feature, other)
    else if (feature.kind === 'categorical' && other?.kind === 'categorical') {
      feature.missing += other.missing
      addArrays(feature.counts, other.counts)
      feature.unseen.merge(other.unseen)
    }
  }
}

function mergeNumeric(into: NumericCounts, from: NumericCounts): void {
  into.missing += from.missing
  into.nan += from.nan
  into.positiveInfinity += from.positiveInfinity
  into.negativeInfinity += from.negativeInfinity
  into.below += from.below
  into.above += from.above
  into.beyond += from.beyond
  into.extremes[0] = Math.min(into.min, from.min)
  into.extremes[1] = Math.max(into.max, from.max)
  into.sums.merge(from.sums)
  addArrays(into.cells, from.cells)
}

function addArrays(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (from[i] as number)
}
