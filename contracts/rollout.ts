import { z } from 'zod'

/** What is known of a step. No data never promotes and never rolls back. */
export const healthState = z.enum(['HEALTHY', 'UNHEALTHY', 'NOT_ENOUGH_DATA'])
export type HealthState = z.infer<typeof healthState>

/** What both arms are held against each other by. */
export const healthMeasure = z.enum(['errors', 'latency', 'loss', 'predictions', 'inputs'])
export type HealthMeasure = z.infer<typeof healthMeasure>

const both = z.object({ stable: z.number(), candidate: z.number() })

export const healthSchema = z.object({
  state: healthState,
  /** One sentence for people. */
  reason: z.string(),
  /** Answers of both arms since the step began. */
  requests: both,
  measures: z.array(
    z.object({
      measure: healthMeasure,
      state: healthState,
      /** What each arm measured: shares, milliseconds or losses; null: nothing to measure. */
      stable: z.number().nullable(),
      candidate: z.number().nullable(),
      /** How much worse the candidate is, with the ends of its confidence sequence. */
      worse: z.object({ estimate: z.number(), low: z.number(), high: z.number() }).nullable(),
      /** More than so much is unhealthy. */
      tolerated: z.number().nullable(),
      reason: z.string(),
    }),
  ),
  /** Event or log time up to which the log was read, ISO 8601. */
  until: z.string(),
})
export type Health = z.infer<typeof healthSchema>

/** What is asked of the scan of one step. */
export const healthQuestion = z.object({
  model: z.string(),
  release: z.string(),
  /** Place of the step among those of the release, from 0; answers are summed up per step. */
  step: z.number().int().nonnegative(),
  stable: z.string(),
  candidate: z.string(),
  /** The candidate answers copies: its answers are in the topic of the shadow. */
  shadow: z.boolean(),
  /** Since when the target holds the step, ISO 8601. */
  from: z.string(),
})
export type HealthQuestion = z.infer<typeof healthQuestion>
