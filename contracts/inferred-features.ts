import { z } from 'zod'
import { featureSettings } from './feature-settings.ts'

export const inferredFeature = z.object({
  name: z.string(),
  type: featureSettings.shape.type,
  path: z.string().optional(),
  width: z.number().optional(),
  projections: z.number().optional(),
  /** What a person needs to judge the guess, in a few words. */
  note: z.string(),
})
export type InferredFeature = z.infer<typeof inferredFeature>

/** What records say of their features: guesses, for a person to look through. */
export const inferredFeatures = z.object({
  records: z.number(),
  /** Of which nothing can be told: no JSON object. */
  unreadable: z.number(),
  /** `log.paths.features` that the names and paths are meant with. */
  section: z.string(),
  features: z.array(inferredFeature),
  leftOut: z.array(z.object({ name: z.string(), reason: z.string() })),
})
export type InferredFeatures = z.infer<typeof inferredFeatures>

export const inferredAnswer = inferredFeatures.extend({ schema: z.literal('driftgate-features/1') })
export type InferredAnswer = z.infer<typeof inferredAnswer>

export const inferredParams = z.object({ topic: z.string().min(1).max(249) })
/** How many of the newest records are looked at, and where in them. */
export const inferredQuery = z.object({
  records: z.coerce.number().int().min(1).max(20_000).default(2_000),
  section: z.string().max(200).default('features'),
})
