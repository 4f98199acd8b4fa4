import type { Derivation } from '../contracts/derived-feature.ts'
import { finiteCount, moments } from './moments.ts'
import type { CategoricalCounts, FeatureCounts, NumericCounts, Profile } from './profile.ts'
import { cellBounds, quantilesOf } from './quantiles.ts'

const levels = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

/**
 * A profile as JSON for people: shares, quantiles and moments under readable names, cells with their bounds. Null
 * stands for what nothing is known of; NaN and infinities do not occur. `docs/reference/profile-layout.md` has the
 * members.
 */
export function profileView(profile: Profile): object {
  const { model, version } = profile.binning
  return {
    model,
    binning: version,
    rows: profile.rows,
    features: Object.fromEntries(
      profile.features.map((feature) => [feature.binning.name, viewOf(feature, profile.rows)]),
    ),
  }
}

function viewOf(feature: FeatureCounts, rows: number): object {
  const { from } = feature.binning
  return {
    type: feature.kind,
    ...(from === undefined ? {} : { derived: sentenceOf(from) }),
    missing: { count: feature.missing, share: shareOf(feature.missing, rows) },
    ...(feature.kind === 'numeric' ? numericView(feature, rows) : categoricalView(feature, rows)),
  }
}

function numericView(counts: NumericCounts, rows: number): object {
  const { binning, cells } = counts
  const finite = finiteCount(counts)
  const quantiles = quantilesOf(counts, levels)
  const found = moments(counts)
  return {
    ...(binning.cycle === undefined ? {} : { cycle: binning.cycle }),
    notANumber: counts.nan,
    positiveInfinity: counts.positiveInfinity,
    negativeInfinity: counts.negativeInfinity,
    finite: { count: finite, share: shareOf(finite, rows) },
    reference: { minimum: binning.minimum, maximum: binning.maximum },
    belowReference: counts.below,
    aboveReference: counts.above,
    minimum: finite === 0 ? null : counts.min,
    maximum: finite === 0 ? null : counts.max,
    mean: found?.mean ?? null,
    standardDeviation: found?.sd ?? null,
    leftOutOfMean: counts.beyond,
    quantiles:
      quantiles &&
      Object.fromEntries(levels.map((level, index) => [`${level * 100}%`, quantiles[index]])),
    cells: [...cells].flatMap((count, index) =>
      count === 0 ? [] : [{ ...cellBounds(counts, index), count, share: shareOf(count, finite) }],
    ),
  }
}

function categoricalView(counts: CategoricalCounts, rows: number): object {
  const known = counts.binning.categories.map(
    (category, index) => [category, counts.counts[index] as number] as const,
  )
  return {
    categories: Object.fromEntries(
      known
        .toSorted(([, left], [, right]) => right - left)
        .map(([category, count]) => [category, { count, share: shareOf(count, rows) }]),
    ),
    unseen: {
      count: counts.unseen.total,
      share: shareOf(counts.unseen.total, rows),
      examples: counts.unseen.entries().map(({ category, count }) => ({ category, count })),
    },
  }
}

const shareOf = (count: number, rows: number): number | null => (rows === 0 ? null : count / rows)

function sentenceOf(from: Derivation): string {
  switch (from.part) {
    case 'length':
      return `length of ${from.feature} in code points`
    case 'norm':
      return `Euclidean length of ${from.feature}, ${from.width} numbers`
    case 'component':
      return `number ${from.index} of ${from.feature}, from 0`
    case 'projection':
      return `random projection ${from.index} of ${from.feature}, ${from.width} numbers`
    case 'age':
      return `days from ${from.feature} to the prediction`
    default:
      return `${from.part === 'day' ? 'day of the month' : from.part} of ${from.feature} in ${from.zone}`
  }
}
