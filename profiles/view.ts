import type { FeatureCounts, NumericCounts, Profile } from './profile.ts'

/** Finite values of a numeric feature. */
export const finiteCount = (counts: NumericCounts): number =>
  counts.cells.reduce((sum, n) => sum + n, 0)

/** Mean and standard deviation (population) of the summed values, derived from exact sums; null without any. */
export function moments(counts: NumericCounts): { mean: number; sd: number } | null {
  const n = finiteCount(counts) - counts.beyond
  if (n <= 0) return null
  // Variance over integers first, so that nothing cancels: n Σq² − (Σq)².
  const { sum, squares } = counts.sums
  const spread = Number(BigInt(n) * squares - sum * sum)
  return {
    mean: Number(sum) / n / counts.factor,
    sd: Math.sqrt(Math.max(0, spread)) / n / counts.factor,
  }
}

/** A profile as JSON for people: shares and moments instead of raw cells. */
export function profileView(profile: Profile): object {
  return {
    binning: profile.binning.version,
    rows: profile.rows,
    features: Object.fromEntries(
      profile.features.map((feature) => [feature.binning.name, viewOf(feature)]),
    ),
  }
}

function viewOf(feature: FeatureCounts): object {
  if (feature.kind === 'categorical') {
    return {
      missing: feature.missing,
      categories: Object.fromEntries(
        feature.binning.categories.map((category, index) => [category, feature.counts[index]]),
      ),
      unseen: {
        total: feature.unseen.total,
        examples: feature.unseen.entries().map(({ category, count }) => ({ category, count })),
      },
    }
  }
  const { missing, nan, positiveInfinity, negativeInfinity, below, above } = feature
  const empty = finiteCount(feature) === 0
  return {
    missing,
    nan,
    infinite: positiveInfinity + negativeInfinity,
    outOfRange: below + above,
    minimum: empty ? null : feature.min,
    maximum: empty ? null : feature.max,
    ...(moments(feature) ?? { mean: null, sd: null }),
    cells: [...feature.cells],
  }
}
