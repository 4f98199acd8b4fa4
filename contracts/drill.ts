import { z } from 'zod'

/** What a drill walks, in this order. */
export const drillStation = z.enum(['train', 'register', 'card', 'answer', 'rollout'])
export type DrillStation = z.infer<typeof drillStation>

/** `not-configured` proves nothing; `not-reached`: a station that it needs did not pass. */
export const stationState = z.enum(['passed', 'failed', 'not-configured', 'not-reached'])

export const stationSchema = z.object({
  station: drillStation,
  state: stationState,
  /** ISO 8601. */
  startedAt: z.string(),
  endedAt: z.string(),
  /** What was seen, or why it failed. */
  sentence: z.string(),
  /** Of the error; null: it did not fail, or the error has none. */
  code: z.string().nullable(),
  /** What to do; null: nothing. */
  help: z.string().nullable(),
})
export type Station = z.infer<typeof stationSchema>

/** `incomplete`: nothing failed, and not all is configured, so that it is no proof. */
export const drillState = z.enum(['running', 'ready', 'not-ready', 'incomplete'])
export type DrillState = z.infer<typeof drillState>

/** A release rehearsed with the champion itself. */
export const drillSchema = z.object({
  /** `<model>/drill/<n>`. */
  drill: z.string(),
  model: z.string(),
  n: z.number().int(),
  /** A person, or `rule:schedule`. */
  requestedBy: z.string(),
  state: drillState,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Those that have ended, in order. */
  stations: z.array(stationSchema),
  /** The version in place; null before it was looked at, or where none serves. */
  champion: z.string().nullable(),
  /** What was registered, and where. */
  version: z.string().nullable(),
  registered: z.string().nullable(),
  /** Of what its card shows; the answer is bound to exactly this. */
  digest: z.string().nullable(),
  /** In the unit of `retraining.cost`, as the job reported it; in no budget. */
  cost: z.number().nullable(),
})
export type Drill = z.infer<typeof drillSchema>

/** Where the delivery of a model stands. */
export const readinessSchema = z.object({
  /** When a drill was last passed whole; null: never. */
  lastReadyAt: z.string().nullable(),
  /** The newest that has ended; null: none has. */
  last: drillSchema.nullable(),
  /** Why delivery may not work today; null: nothing says so. */
  trouble: z.string().nullable(),
})
export type Readiness = z.infer<typeof readinessSchema>

export const drillInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** Names the drill that a person asked for; absent: the schedule did. */
  asked: z.string().optional(),
  requestedBy: z.string().optional(),
})
export type DrillInput = z.infer<typeof drillInputSchema>

/** What a workflow knows of its drill from its start on. */
export const begunDrill = z.object({
  drill: z.string(),
  runKey: z.string(),
  /** A station that fails for the moment is tried again for so long, ms. */
  patience: z.number(),
  /** A training that has not ended by then is given up, ms. */
  longest: z.number(),
  hasChannel: z.boolean(),
  hasIdentity: z.boolean(),
})
export type BegunDrill = z.infer<typeof begunDrill>

export const drillAnswer = z.object({ schema: z.literal('driftgate-drill/1'), drill: drillSchema })
export const drillsAnswer = z.object({
  schema: z.literal('driftgate-drills/1'),
  /** Null: no drill is configured for the model. */
  readiness: readinessSchema.nullable(),
  drills: z.array(drillSchema),
})
export type DrillsAnswer = z.infer<typeof drillsAnswer>

export const drillParams = z.object({ model: z.string(), n: z.string().max(12) })
export const drillsQuery = z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) })

/** What the drill identity answers. */
export const drillDecision = z.strictObject({ digest: z.string() })

/** What the gateway puts into the token of an answer to a drill; no person is ever given it. */
export const drillRole = 'driftgate-drill'

/** Of the workflow of a drill that somebody asked for, and of the schedule, whose runs Temporal puts a time behind it. */
export const drillWorkflowId = {
  asked: (prefix: string, model: string, asked: string) => `${prefix}drill/${model}/${asked}`,
  schedule: (prefix: string, model: string) => `${prefix}drill/${model}`,
} as const
