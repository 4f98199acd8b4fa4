import { z } from 'zod'
import { gateChanges } from './policy-change.ts'

/** The text as written, so that problems are answered with their places in it. */
export const applyRequest = z.strictObject({
  file: z.string(),
  text: z.string(),
  dryRun: z.boolean().default(false),
  /** Schedules are created paused: for replays that ask for each window themselves. */
  paused: z.boolean().default(false),
  /** Looser policies that were rejected or expired are asked for once more. */
  askAgain: z.boolean().default(false),
})

export type ApplyRequest = z.infer<typeof applyRequest>

/** The same where nothing is applied. */
export const planRequest = applyRequest.pick({ file: true, text: true, askAgain: true })

export const applyAnswer = z.object({
  schema: z.literal('driftgate-apply/1'),
  /** Of the configuration in force afterwards; for a dry run, of the one that would be. */
  version: z.number().int(),
  changed: z.boolean(),
  differences: z.array(
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
  schedules: z.object({
    created: z.array(z.string()),
    updated: z.array(z.string()),
    deleted: z.array(z.string()),
    unchanged: z.array(z.string()),
  }),
  /** Models whose gate asks for something else than the one in force; what differs in one point for less is looser. */
  gates: gateChanges.default([]),
  /** Models whose log is read in another way from now on. */
  readings: z.array(
    z.object({
      model: z.string(),
      reading: z.string(),
      topic: z.string(),
      /** The first window that it holds, ISO 8601; null: it begins with the first record of the log. */
      windowsFrom: z.string().nullable(),
      /** The log was read in this way before: that goes on where it ended. */
      begun: z.boolean(),
    }),
  ),
})
export type ApplyAnswer = z.infer<typeof applyAnswer>

export const configAnswer = z.object({
  schema: z.literal('driftgate-config/1'),
  version: z.number().int(),
  digest: z.string(),
  /** As it was written; what may be a secret is hidden. */
  text: z.string(),
})
