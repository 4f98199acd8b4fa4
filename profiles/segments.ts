import type { Binning, SegmentBinning } from '../contracts/binning.ts'
import type { SegmentSettings } from '../contracts/config.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { mostFrequent } from './most-frequent.ts'
import { categoryValue } from './values.ts'

/** Categories of one feature that get a segment of their own: the most frequent ones. */
const mostSegments = 64

/** The group of all rows that are in no other one. */
export const otherGroup = '(other)'

/** The segments of a binning: the declared groups, or every frequent category of the training rows on its own. */
export function segmentsOf(
  settings: readonly SegmentSettings[],
  columnOf: (feature: string) => readonly FeatureValue[],
): SegmentBinning[] {
  return settings.map((each) => {
    if (typeof each !== 'string') {
      const groups = Object.entries(each.groups).map(([name, categories]) => ({ name, categories }))
      return { feature: each.feature, declared: true, groups }
    }
    const categories = mostFrequent(columnOf(each).map(categoryValue), mostSegments)
    const groups = categories
      // PostgreSQL has no NUL: such a category is among the others.
      .filter((name) => !name.includes('\0'))
      .map((name) => ({ name, categories: [name] }))
    return { feature: each, declared: false, groups }
  })
}

/** `country=DE`: what a segment is called in tables, references and reports. */
export const segmentName = (feature: string, group: string): string => `${feature}=${group}`

/**
 * Prepares the names of the segments that a row is in, one per segmented feature: `values` in the order of the
 * binning's features. The array is the same at every call.
 */
export function segmenter(
  binning: Binning,
): (values: readonly FeatureValue[]) => readonly string[] {
  const lookups = (binning.segments ?? []).map(({ feature, groups }) => ({
    at: binning.features.findIndex(({ name }) => name === feature),
    other: segmentName(feature, otherGroup),
    names: new Map(
      groups.flatMap(({ name, categories }) =>
        categories.map((category) => [category, segmentName(feature, name)] as const),
      ),
    ),
  }))
  const found: string[] = new Array(lookups.length)
  return (values) => {
    for (const [i, { at, other, names }] of lookups.entries()) {
      const category = categoryValue(values[at])
      found[i] = (category === null ? undefined : names.get(category)) ?? other
    }
    return found
  }
}
