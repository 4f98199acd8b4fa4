import { z } from 'zod'

/** By what an id is found in bytes that hold it, without the id: one for each way in which a record may write it. */
export const erasureNeedle = z.object({
  /** Bytes. */
  length: z.number().int().min(1),
  /** `rollingHash` of `profiles/byte-search.ts`: what may be a hit. */
  rolling: z.number().int(),
  /** SHA-256 in hexadecimal: what is one. */
  digest: z.string(),
})
export type ErasureNeedle = z.infer<typeof erasureNeedle>

/** Where something of a prediction may be kept, as the record of its erasure names it. */
export const erasurePlaces = [
  'predictions',
  'labels',
  'halves',
  'joined_ids',
  'estimators',
  'samples',
  'references',
  'proposals',
  'dead_letters',
] as const
export type ErasurePlace = (typeof erasurePlaces)[number]

export const erasureRequest = z.strictObject({
  prediction: z.string().min(1).max(2_000),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(1_000)
    .regex(/^[^\0]*$/),
  /** Only tells what would go. */
  dryRun: z.boolean().default(false),
})

export const erasedCount = z.object({
  place: z.enum(erasurePlaces),
  rows: z.number().int(),
})
export type ErasedCount = z.infer<typeof erasedCount>

/** An erasure on record. */
export const erasureView = z.object({
  number: z.number().int(),
  /** SHA-256 of the prediction id, hexadecimal. */
  idDigest: z.string(),
  /** Name of who asked. */
  person: z.string(),
  reason: z.string(),
  /** ISO 8601; `endedAt` null: it is not done yet. */
  askedAt: z.string(),
  endedAt: z.string().nullable(),
  removed: z.array(erasedCount),
})
export type ErasureView = z.infer<typeof erasureView>

export const erasureAnswer = z.object({
  schema: z.literal('driftgate-erasure/1'),
  model: z.string(),
  state: z.enum(['dry run', 'running', 'done', 'failed']),
  /** Null of a dry run, which leaves nothing on record. */
  erasure: erasureView.nullable(),
  /** What was removed, or of a dry run would be: rows of each place that held something. */
  removed: z.array(erasedCount),
  /** Topics that the model is read from. Their records are not removed. */
  topics: z.array(z.string()),
  /** Why it failed; while it runs: why its step failed last, which is tried again. */
  reason: z.string().nullable(),
})
export type ErasureAnswer = z.infer<typeof erasureAnswer>

export const erasuresAnswer = z.object({
  schema: z.literal('driftgate-erasures/1'),
  model: z.string(),
  /** The newest first. */
  erasures: z.array(erasureView),
})
export type ErasuresAnswer = z.infer<typeof erasuresAnswer>

/** What the work of an erasure came to. */
export const erasedResult = z.object({ removed: z.array(erasedCount) })
export type ErasedResult = z.infer<typeof erasedResult>

export const erasureParams = z.object({ model: z.string(), number: z.coerce.number().int().min(1) })
