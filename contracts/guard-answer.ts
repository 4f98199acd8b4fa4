import { z } from 'zod'
import { guardOutcomes, guardReasons, guardRepairKinds } from './guard-settings.ts'

const value = z.union([z.number(), z.string(), z.boolean(), z.null()]).optional()

/** What came of one row of a request. */
export const guardToldRow = z.object({
  /** Its place in the request, from 0. */
  row: z.number().int(),
  outcome: z.enum(guardOutcomes),
  reasons: z.array(z.object({ feature: z.string().optional(), reason: z.enum(guardReasons) })),
  repairs: z.array(
    z.object({ feature: z.string(), repair: z.enum(guardRepairKinds), from: value, to: value }),
  ),
})

/** `parameters.guard` of an answer, as JSON text: the strictest outcome, and the rows that were not simply accepted. */
export const guardTold = z.object({
  outcome: z.enum(guardOutcomes),
  rows: z.array(guardToldRow),
})

/** `POST /v1/guard/:model`: what the guard says of a request, without asking the model. */
export const guardJudgement = guardTold.extend({
  schema: z.literal('driftgate-guard/1'),
  model: z.string(),
  /** How many rows the request had, and how many would go on to the model. */
  inputs: z.number().int(),
  passed: z.number().int(),
  /** What it was judged by: version and digest of the reference, digest of what was fitted to it; null: it was not. */
  fit: z.object({ version: z.string(), profile: z.string(), id: z.string() }).nullable(),
  /** What would go on: repaired, without refused rows; null: nothing would. */
  request: z.unknown(),
})
export type GuardJudgement = z.infer<typeof guardJudgement>

/** `dry=true`: a look that is not counted. */
export const guardQuery = z.object({ dry: z.stringbool().default(false) })
