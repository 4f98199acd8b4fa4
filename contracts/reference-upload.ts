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
  /** More of them for the input guard, where `guard.rows` asks for more than the sample has; null: none. */
  guardRows: z.base64().nullable().default(null),
  /** The file that was read, by name and digest, for the record. */
  source: z.strictObject({ file: z.string().max(500), digest: z.string() }),
})
export type ReferenceUpload = z.input<typeof referenceUpload>

/** Who gave a reference, when (ISO 8601), and of what file. */
const givenOrigin = z.object({
  person: z.string(),
  file: z.string(),
  digest: z.string(),
  at: z.string(),
})

/** A reference that was absorbed from the log: who asked, who approved it at which gate, when (ISO 8601). */
export const absorbedOrigin = z.object({
  release: z.string(),
  askedBy: z.array(z.string()),
  approvedBy: z.array(z.string()),
  at: z.string(),
  /** Event time of the first and the last row that it may hold, ISO 8601. */
  from: z.string(),
  to: z.string(),
})
export type AbsorbedOrigin = z.infer<typeof absorbedOrigin>

export const referenceOrigin = z.union([absorbedOrigin, givenOrigin])
export type ReferenceOrigin = z.infer<typeof referenceOrigin>

/** The origin of an absorbed reference; null for one of a training job or of somebody's file. */
export const absorbed = (origin: ReferenceOrigin | null | undefined): AbsorbedOrigin | null =>
  origin && 'release' in origin ? origin : null

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
      /** Start of the first window that is held against it; null: every window. */
      windowsFrom: z.string().nullable(),
      profile: z.string(),
      binning: z.string(),
      /** Null: of a training job. */
      origin: referenceOrigin.nullable(),
    }),
  ),
  binning: binningSchema.nullable(),
})
export type ReferencesAnswer = z.infer<typeof referencesAnswer>
