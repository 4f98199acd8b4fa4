import { z } from 'zod'
import { duration } from './duration.ts'

/** Why an input may not be one for the model. */
export const guardReasons = [
  'missing',
  'wrong type',
  'out of range',
  'unseen category',
  'far from everything seen',
] as const
export type GuardReason = (typeof guardReasons)[number]

/** What a reason leads to. */
export const guardAction = z.enum(['accept', 'flag', 'refuse'])
export type GuardAction = z.infer<typeof guardAction>

/** What came of an input; `unjudged`: let through because the guard could not judge. */
export const guardOutcomes = ['accept', 'clean', 'flag', 'refuse', 'unjudged'] as const
export type GuardOutcome = (typeof guardOutcomes)[number]

/** What may be done to a value. */
export const guardRepairKinds = ['trim', 'unit', 'default'] as const
export type GuardRepairKind = (typeof guardRepairKinds)[number]

/** Reference rows that the distance is fitted to at most, and half of them where there are fewer than twice as many. */
const mostAnchors = 256
/** The threshold of a rate wants so many rows beyond it. */
const exceedances = 20

/** Rows that a threshold is set by, of so many that are kept. */
export const calibrationRows = (kept: number): number =>
  kept - Math.min(mostAnchors, Math.floor(kept / 2))

/** Rows that have to be kept for a rate, where all of them count for one threshold. */
export function rowsForRate(rate: number): number {
  const needed = Math.ceil(exceedances / rate)
  return needed + Math.min(mostAnchors, needed)
}

const repairSettings = z.strictObject({
  trim: z
    .boolean()
    .optional()
    .describe('of a categorical feature: white space at both ends of a text goes'),
  unit: z
    .number()
    .positive()
    .optional()
    .describe(
      'of a numeric feature: a number out of range is multiplied by it where that brings it inside; 0.01 for cents as euros',
    ),
  default: z
    .union([z.number(), z.string(), z.boolean()])
    .optional()
    .describe('takes the place of a missing value'),
})

const reasonSettings = z.strictObject({
  missing: guardAction.default('flag').describe('no value, an empty text or NaN'),
  'wrong type': guardAction.default('refuse').describe('a text where a number belongs'),
  'out of range': guardAction.default('flag').describe('outside the range of the reference'),
  'unseen category': guardAction.default('flag').describe('one that the reference has not'),
  'far from everything seen': guardAction
    .default('flag')
    .describe('as guard.far measures; without it nothing is far'),
})

/** The guard of one model: what is done to its inputs, and which model server is behind. */
export const guardSettings = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('false: every input is passed on as it is, unjudged and uncounted'),
  upstream: z
    .url()
    .optional()
    .describe(
      'root of the model server behind the guard (Open Inference Protocol); serving.url unless said',
    ),
  name: z
    .string()
    .min(1)
    .optional()
    .describe('what the model is called there; its name here unless said'),
  timeout: duration
    .prefault('10s')
    .describe('a model server that has not answered by then: GUARD_UPSTREAM_TIMEOUT'),
  inputs: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe(
      'where an input keeps a feature, by its name: the name of a tensor, or with .2 its third value of a row; its own name unless said',
    ),
  time: z
    .string()
    .min(1)
    .optional()
    .describe(
      'where an input keeps its event time, ISO 8601 or milliseconds, by which it is counted; the time of its arrival unless said',
    ),
  repairs: z
    .record(z.string(), repairSettings)
    .default({})
    .describe('what may be done to values, by feature; nothing else is'),
  reasons: reasonSettings
    .prefault({})
    .describe('what each reason leads to: accept, flag or refuse'),
  far: z
    .strictObject({
      rate: z
        .number()
        .gt(0)
        .lt(1)
        .describe('share of inputs like those of the reference that is called far'),
      segment: z
        .string()
        .optional()
        .describe('a feature of segments: each of its groups gets the rate on its own'),
    })
    .optional()
    .describe('the distance from everything seen; it needs 20 / rate rows, in each group'),
  rows: z
    .int()
    .min(1_000)
    .max(200_000)
    .default(1_000)
    .describe(
      'so many rows of a reference are kept for guard.far when "driftgate reference" gives it; 1,000 are its sample, which is there anyway and all that a training job leaves',
    ),
  batches: z
    .enum(['rows', 'whole'])
    .default('rows')
    .describe(
      'rows: those that are not refused are answered, and a refused one has null in every output; whole: a request with a refused row is refused',
    ),
  unable: z
    .enum(['refuse', 'pass'])
    .default('refuse')
    .describe(
      'while the guard cannot judge, as before the first reference: answer 503, since whoever put it there wants no unjudged input; or pass inputs on unjudged, where a late answer costs more',
    ),
})
export type GuardSettings = z.infer<typeof guardSettings>

/** The process that stands before the models. */
export const guardDoorSettings = z
  .strictObject({
    listen: z
      .string()
      .regex(/^[^\s:/]+:\d+$/, 'expected host:port')
      .default('127.0.0.1:7072')
      .describe('where it listens'),
    access: z
      .enum(['token', 'open'])
      .default('token')
      .describe(
        'token: callers show an access token of gateway.issuer with the role; open: whoever reaches it may ask, as behind a mesh that signs callers in',
      ),
    role: z.string().min(1).default('caller').describe('the role that the token of a caller needs'),
    largestBody: z
      .int()
      .positive()
      .default(32 * 1024 * 1024)
      .describe('bytes of a request; a larger one is refused'),
    atOnce: z
      .int()
      .positive()
      .default(512)
      .describe('requests under way; one more is told to come back, so that a flood stays outside'),
  })
  .prefault({})
  .describe('the input guard, a process of its own (docs/how-to/guard-inputs.md)')
