import { z } from 'zod'
import { referenceKind } from './reference-settings.ts'

/** Why a reference was not used: it has no part in the verdict, and nobody gets its share of the budget. */
export const unusedSchema = z.object({
  code: z.enum(['TOO_LITTLE_HISTORY', 'COUNTS_NOT_KEPT', 'TOO_FEW_ROWS', 'HOLIDAY']),
  sentence: z.string(),
})
export type Unused = z.infer<typeof unusedSchema>

/** What a reference held for one look. */
export const referenceLookSchema = z.object({
  /** Windows of the look; a span has a reference of its own, which holds none of them. */
  windows: z.number().int(),
  /** Digest of the merged profile. */
  profile: z.string(),
  rows: z.number(),
  /** Event time [from, to) that was merged, of the model version judged and below the window's cut. */
  merged: z.array(z.tuple([z.string(), z.string()])).optional(),
  unused: unusedSchema.optional(),
})
export type ReferenceLook = z.infer<typeof referenceLookSchema>

/** Accepted windows that say how much windows vary without change. */
export const historyEvidenceSchema = z.object({
  windows: z.number().int(),
  from: z.string(),
  to: z.string(),
  digest: z.string(),
})

/** One of several references, as evidence: with the records of the log below the cut it can be made again. */
export const referenceEvidenceSchema = z.object({
  name: z.string(),
  kind: referenceKind,
  /** The model version whose rows it holds. */
  modelVersion: z.string(),
  looks: z.array(referenceLookSchema),
  /** Digest of its sample of rows, which row detectors read; null: there is none. Absent: none was asked for. */
  sample: z.string().nullable().optional(),
  /** Accepted windows that say how much windows vary against it; absent without one. */
  history: historyEvidenceSchema.optional(),
})
export type ReferenceEvidence = z.infer<typeof referenceEvidenceSchema>

/** How a window stands against one of several references. */
export const referenceReportSchema = z.object({
  name: z.string(),
  kind: referenceKind,
  rows: z.number(),
  unused: unusedSchema.nullable(),
  /** Features and segments; those of the longer spans too. */
  drifted: z.number().int(),
  watch: z.number().int(),
})
export type ReferenceReport = z.infer<typeof referenceReportSchema>
