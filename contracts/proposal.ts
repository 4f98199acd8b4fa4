import { z } from 'zod'
import { referenceOrigin } from './reference-upload.ts'
import { verdictName, windowSchema } from './report.ts'

/** A window of the range that is not taken in, or only because somebody says so. */
const spokenFor = z.object({ window: windowSchema, verdict: verdictName, reason: z.string() })

/** A window that was judged, and what its verdict would be under the proposed reference without its own rows. */
const previewed = z.object({
  window: windowSchema,
  before: verdictName,
  /** Null: nothing but this window would be in the reference. */
  after: z
    .object({ verdict: verdictName, headline: z.string(), drifted: z.array(z.string()) })
    .nullable(),
})
export type Previewed = z.infer<typeof previewed>

/** A reference that is proposed, with all that it was made of and looked at with. */
export const proposalSchema = z.object({
  model: z.string(),
  /** The model version whose rows it holds. */
  version: z.string(),
  reason: z.string(),
  /** The windows that were asked for: their first start and last end. */
  range: windowSchema,
  /** Event time [from, to) that was merged. */
  merged: z.array(z.tuple([z.string(), z.string()])),
  leftOut: z.array(spokenFor),
  accepted: z.array(spokenFor),
  /** Windows with rows, and their rows. */
  windows: z.number().int(),
  rows: z.number(),
  /** Digests of the profiles of all rows and of each segment, and of the sample of rows; null: none is kept. */
  profile: z.string(),
  segments: z.record(z.string(), z.string()),
  sample: z.string().nullable(),
  binning: z.string(),
  /** The reference in force for the version when it was proposed. */
  present: z.object({
    profile: z.string(),
    version: z.string(),
    rows: z.number(),
    origin: referenceOrigin.nullable(),
  }),
  /** What was merged lies below this cut of this reading, whose ledger has no gap and no overlap. */
  reading: z.string(),
  cut: z.record(z.string(), z.string()),
  repairs: z.number().int(),
  configVersion: z.number().int(),
  /** Digest of what of the model's settings verdicts depend on. */
  settings: z.string(),
  /** The last judged windows, in order of time. */
  preview: z.array(previewed),
  /** Of the open drift incident: the start of its last window, and its evidence; null: none is open. */
  driftReport: z.object({ verdict: z.string(), evidenceDigest: z.string() }).nullable(),
})
export type Proposal = z.infer<typeof proposalSchema>
