import { z } from 'zod'
import { binningSchema } from './binning.ts'

/** Rows of one's own, summed up as the reference of a model version: what `driftgate reference` sends. */
export const referenceUpload = z.strictObject({
  version: z.string().min(1).max(200),
  binning: binningSchema,
  /** Bytes of the profile of all rows, and of each segment by its name. */
  profile: z.base64(),
  segments: z.record(z.string(), z.base64()),
  /** Some of the rows, for tests that need rows; null: none are kept. */
  sample: z.base64().nullable(),
  /** The file that was read, by name and digest, for the record. */
  source: z.strictObject({ file: z.string().max(500), digest: z.string() }),
})
export type ReferenceUpload = z.infer<typeof referenceUpload>

/** Who gave a reference, when (ISO 8601), and of what file. */
export const referenceOrigin = z.object({
  person: z.string(),
  file: z.string(),
  digest: z.string(),
  at: z.string(),
})
export type ReferenceOrigin = z.infer<typeof referenceOrigin>

export const referenceAnswer = z.object({
  schema: z.literal('driftgate-reference/1'),
  model: z.string(),
  version: z.string(),
  rows: z.number().int(),
  /** Digests of the profile and of the binning. */
  profile: z.string(),
  binning: z.string(),
  /** False: the same was in force already. */
  changed: z.boolean(),
})
export type ReferenceAnswer = z.infer<typeof referenceAnswer>

/** The references of a model, the newest first, and the cells that a further one is counted by. */
export const referencesAnswer = z.object({
  schema: z.literal('driftgate-references/1'),
  model: z.string(),
  references: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      rows: z.number().int(),
      /** ISO 8601. */
      inForceSince: z.string(),
      profile: z.string(),
      binning: z.string(),
      /** Null: of a training job. */
      origin: referenceOrigin.nullable(),
    }),
  ),
  binning: binningSchema.nullable(),
})
export type ReferencesAnswer = z.infer<typeof referencesAnswer>
