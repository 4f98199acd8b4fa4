import type { Binning } from '../../contracts/binning.ts'
import { type FeatureValue, scoreFeature } from '../../contracts/prediction.ts'
import { categoryValue, numericValue } from '../../profiles/index.ts'
import type { BoosterColumn } from '../../statistics/binned-columns.ts'

/** A feature that is learned from; of categories those of the rows that it was learned from, by their codes. */
export interface LearnedFeature {
  readonly name: string
  /** Absent: the feature is numeric. */
  readonly categories?: readonly string[]
}

/** Values of a row, in the order of the features. */
export type FeatureRow = readonly (FeatureValue | undefined)[]

/** The score is learned from by itself. */
const isLearned = (name: string): boolean => name !== scoreFeature

/** Those of a binning; of categories none is known yet. */
export const featuresOf = ({ features }: Binning): LearnedFeature[] =>
  features
    .filter(({ name }) => isLearned(name))
    .map(({ name, kind }) => (kind === 'numeric' ? { name } : { name, categories: [] }))

/** With the categories of rows in their order. */
export const withCategories = (
  features: readonly LearnedFeature[],
  rows: readonly FeatureRow[],
): LearnedFeature[] =>
  features.map(({ name, categories }, place) => {
    if (categories === undefined) return { name }
    const found = new Set<string>()
    for (const row of rows) {
      const value = categoryValue(row[place])
      if (value !== null) found.add(value)
    }
    return { name, categories: [...found].sort() }
  })

/** Where each feature stands in rows of a binning. A string: the name of one that is not there, or is of another kind. */
export function placesIn(
  learned: readonly LearnedFeature[],
  { features }: Binning,
): readonly number[] | string {
  const places: number[] = []
  for (const { name, categories } of learned) {
    const place = features.findIndex((feature) => feature.name === name)
    const kind = categories === undefined ? 'numeric' : 'categorical'
    if (features[place]?.kind !== kind) return name
    places.push(place)
  }
  return places
}

/** Rows in the order of the features as columns; a category that is new gets a code of its own, beyond those known. */
export const columnsOf = (
  learned: readonly LearnedFeature[],
  rows: readonly FeatureRow[],
): BoosterColumn[] =>
  learned.map(({ categories }, place) => {
    if (categories === undefined) {
      const values = Float64Array.from(rows, (row) => numericValue(row[place]) ?? Number.NaN)
      return { kind: 'numeric', values }
    }
    const codes = new Map(categories.map((category, code) => [category, code]))
    return {
      kind: 'categorical',
      codes: Int32Array.from(rows, (row) => {
        const value = categoryValue(row[place])
        return value === null ? -1 : (codes.get(value) ?? categories.length)
      }),
    }
  })
