import type { FeatureValue } from '../contracts/prediction.ts'
import { nextAbove } from './binning.ts'
import { finiteCount } from './moments.ts'
import type { CategoricalCounts, FeatureCounts, NumericCounts, Profile } from './profile.ts'
import { categoryValue, numericValue } from './values.ts'

/** How one value of a row stands among those of a reference. */
export interface ValueStanding {
  readonly feature: string
  /** As it was counted; null: missing. */
  readonly value: number | string | null
  /** Share of the reference's rows whose value is at least as unusual: 1 is usual, 0 was never seen. */
  readonly tail: number
  /** Of a number, the share of the reference's finite values below it, by place within its cell; else null. */
  readonly quantile: number | null
  /** Why it was never seen, or is missing. */
  readonly note: 'unseen' | 'below all' | 'above all' | 'missing' | 'not finite' | null
}

/** Of every feature of the profile's binning, in its order. An empty profile calls everything unseen. */
export const standingIn = (
  { features, rows }: Profile,
  values: readonly FeatureValue[],
): ValueStanding[] =>
  features.map((feature, i) =>
    feature.kind === 'numeric'
      ? ofNumber(feature, rows, numericValue(values[i]))
      : ofCategory(feature, rows, categoryValue(values[i])),
  )

const shareOf = (count: number, rows: number): number => (rows === 0 ? 0 : count / rows)

const missing = (feature: FeatureCounts, rows: number): ValueStanding => ({
  ...{ feature: feature.binning.name, value: null, quantile: null, note: 'missing' },
  tail: shareOf(feature.missing, rows),
})

/** Two-sided: twice the smaller of the shares at or below, and at or above. */
function ofNumber(
  feature: NumericCounts,
  rows: number,
  value: number | null | undefined,
): ValueStanding {
  const { name } = feature.binning
  if (value === null || value === undefined) return missing(feature, rows)
  if (!Number.isFinite(value)) {
    const { nan, positiveInfinity, negativeInfinity } = feature
    const count = value > 0 ? positiveInfinity : value < 0 ? negativeInfinity : nan
    return {
      ...{ feature: name, value: String(value), quantile: null, note: 'not finite' },
      tail: shareOf(count, rows),
    }
  }
  const finite = finiteCount(feature)
  const told = { feature: name, value }
  if (finite === 0) return { ...told, tail: 0, quantile: null, note: 'unseen' }
  if (value < feature.min) return { ...told, tail: 0, quantile: 0, note: 'below all' }
  if (value > feature.max) return { ...told, tail: 0, quantile: 1, note: 'above all' }
  let below = 0
  let cell = 0
  while (cell < feature.edges.length && (feature.edges[cell] as number) <= value) {
    below += feature.cells[cell] as number
    cell++
  }
  const own = feature.cells[cell] as number
  const low = cell === 0 ? feature.min : (feature.edges[cell - 1] as number)
  const high = cell === feature.edges.length ? feature.max : (feature.edges[cell] as number)
  // A value that many rows share has a cell of its own: all of them are as unusual.
  const isPoint = high <= nextAbove(low)
  const within = isPoint ? 0.5 : Math.min(1, Math.max(0, (value - low) / (high - low)))
  const quantile = (below + own * within) / finite
  const [upTo, from] = isPoint
    ? [(below + own) / finite, (finite - below) / finite]
    : [quantile, 1 - quantile]
  return { ...told, tail: Math.min(1, 2 * Math.min(upTo, from)), quantile, note: null }
}

/** The share of all categories that are no more frequent. */
function ofCategory(feature: CategoricalCounts, rows: number, value: string | null): ValueStanding {
  const { name } = feature.binning
  if (value === null) return missing(feature, rows)
  const at = feature.index.get(value)
  const own =
    at === undefined
      ? (feature.unseen.entries().find(({ category }) => category === value)?.count ?? 0)
      : (feature.counts[at] as number)
  const told = { feature: name, value, quantile: null }
  if (own === 0) return { ...told, tail: 0, note: 'unseen' }
  let asRare = feature.unseen.total
  for (const count of feature.counts) if (count <= own) asRare += count
  return { ...told, tail: Math.min(1, shareOf(asRare, rows)), note: null }
}

/** Smallest share that counts in a sum: what was never seen is no more than one in so many rows. */
const floor = 1e-4

/** Fisher's sum of the logarithms of tails: how unusual a row is in all its features together. */
const surpriseOf = (standing: readonly ValueStanding[]): number =>
  standing.reduce((sum, { tail }) => sum - Math.log(Math.max(tail, floor)), 0)

/**
 * Of rows of the reference, the share that is at least as unusual in all features together. It is held against rows and not
 * against a law, since features depend on each other. Null: there are none.
 */
export function shareAsUnusual(
  profile: Profile,
  rows: readonly (readonly FeatureValue[])[],
  standing: readonly ValueStanding[],
): number | null {
  if (rows.length === 0) return null
  const own = surpriseOf(standing)
  const least = own - 1e-9
  return rows.filter((row) => surpriseOf(standingIn(profile, row)) >= least).length / rows.length
}
