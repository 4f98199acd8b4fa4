import { z } from 'zod'
import { derivation } from './derived-feature.ts'

/**
 * Numeric: a value x falls into cell `count of edges <= x`, so n edges make n + 1 cells.
 * A point mass v has the pair of edges v and the next double above v: a cell that holds only v.
 * `minimum` and `maximum` are the reference's; what lies outside is counted as out of range and still binned.
 * Sums are taken of round(x * 2^scale), see `profiles/add-row.ts`. `from` says of which raw value x is made; without
 * it, x is the raw value itself.
 */
export const numericBinning = z.strictObject({
  name: z.string(),
  kind: z.literal('numeric'),
  edges: z.array(z.number()).max(512),
  minimum: z.number(),
  maximum: z.number(),
  scale: z.number().int().min(-1000).max(1000),
  cycle: z.number().int().optional(),
  from: derivation.optional(),
})
export type NumericBinning = z.infer<typeof numericBinning>

/** Categorical: known categories in code-unit order; anything else is unseen. Booleans are `false` and `true`. */
export const categoricalBinning = z.strictObject({
  name: z.string(),
  kind: z.literal('categorical'),
  categories: z.array(z.string()),
  from: derivation.optional(),
})
export type CategoricalBinning = z.infer<typeof categoricalBinning>

export const featureBinning = z.discriminatedUnion('kind', [numericBinning, categoricalBinning])
export type FeatureBinning = z.infer<typeof featureBinning>

/**
 * Rows that are also counted apart: those whose value of a categorical feature is in a group; whatever is in no group,
 * missing values too, is the group `(other)`. `declared`: the groups are the configuration's, not every category's own.
 */
export const segmentBinning = z.strictObject({
  feature: z.string(),
  declared: z.boolean(),
  groups: z.array(z.strictObject({ name: z.string(), categories: z.array(z.string()) })),
})
export type SegmentBinning = z.infer<typeof segmentBinning>

export const binningSchema = z.strictObject({
  schema: z.literal('driftgate-binning/1'),
  model: z.string(),
  version: z.string(),
  features: z.array(featureBinning).min(1),
  segments: z.array(segmentBinning).optional(),
})
export type Binning = z.infer<typeof binningSchema>
