import type { FeatureSettings, SegmentSettings } from '../contracts/config.ts'
import type { HoldoutRow } from '../contracts/training.ts'
import type { RowGroup } from '../policies/compared-rows.ts'
import { categoryValue, otherGroup, segmentName, segmentsOf } from '../profiles/index.ts'

/** Held-out rows of every segment of a model, as scans count them; a segment without a row is left out. */
export const segmentRows = (
  settings: readonly SegmentSettings[],
  rows: readonly HoldoutRow[],
): RowGroup[] =>
  settings.flatMap((each) =>
    groupsOf(each, rows).map(({ feature, name, rows: places }) => ({
      name: segmentName(feature, name),
      rows: places,
    })),
  )

/** Held-out rows of every group of each protected feature. */
export const protectedRows = (
  features: Readonly<Record<string, FeatureSettings>>,
  rows: readonly HoldoutRow[],
): { name: string; groups: RowGroup[] }[] =>
  Object.entries(features)
    .filter(([, settings]) => settings.protected === true)
    .map(([name]) => ({ name, groups: groupsOf(name, rows) }))

function groupsOf(
  settings: SegmentSettings,
  rows: readonly HoldoutRow[],
): { feature: string; name: string; rows: number[] }[] {
  const [segment] = segmentsOf([settings], (feature) =>
    rows.map(({ features }) => features[feature] ?? null),
  )
  if (segment === undefined) return []
  const { feature, groups } = segment
  const groupOf = new Map(
    groups.flatMap(({ name, categories }) => categories.map((category) => [category, name])),
  )
  const places = new Map<string, number[]>()
  for (const [row, { features }] of rows.entries()) {
    const category = categoryValue(features[feature] ?? null)
    const name = (category === null ? undefined : groupOf.get(category)) ?? otherGroup
    const known = places.get(name)
    if (known === undefined) places.set(name, [row])
    else known.push(row)
  }
  return [...places].map(([name, found]) => ({ feature, name, rows: found }))
}
