import { z } from 'zod'
import { personClaims } from './person-claims.ts'

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

/** What a person may order of a release whose traffic moves or moved. */
export const orderCommand = z.enum(['pause', 'resume', 'abort', 'rollback'])
export type OrderCommand = z.infer<typeof orderCommand>

/** What crosses into the release workflow: the gateway's token says who and what. */
export const orderMessageSchema = z.strictObject({
  schema: z.literal('driftgate-order/1'),
  token: z.string().min(1),
  reason: z.string().min(1).max(2_000),
})
export type OrderMessage = z.infer<typeof orderMessageSchema>

/** The claims of an order's token, checked by an activity before the reducer sees them. */
export const orderClaimsSchema = personClaims.extend({ command: orderCommand })
export type OrderClaims = z.infer<typeof orderClaimsSchema>

/** A rollout as pages, cards and the command line show it. */
export const rolloutViewSchema = z.object({
  /** Where it stands, in a sentence. */
  sentence: z.string(),
  /** What served before it; null: nothing did. */
  stable: z.string().nullable(),
  candidate: z.string(),
  stages: z.array(
    z.object({
      kind: z.enum(['shadow', 'share', 'confirm', 'full', 'watch']),
      title: z.string(),
      state: z.enum(['done', 'now', 'to come', 'left out']),
      /** Since when it is in place or waited for, ISO 8601. */
      since: z.string().nullable(),
      /** When its time is over, ISO 8601; null: it has none, or has not begun. */
      until: z.string().nullable(),
    }),
  ),
  paused: z.object({ by: z.string(), reason: z.string() }).nullable(),
  /** Of the step that is in place; null: not looked at yet. */
  health: healthSchema.nullable(),
  /** Every change of traffic, in order. */
  moves: z.array(
    z.object({
      traffic: z.string(),
      by: z.string(),
      reason: z.string(),
      askedAt: z.string(),
      movedAt: z.string().nullable(),
      refused: z.string().nullable(),
    }),
  ),
})
export type RolloutView = z.infer<typeof rolloutViewSchema>

/** What is asked of the gateway for a release that was rolled back. */
export const reinstateRequest = z.strictObject({ reason: z.string().trim().min(1).max(2_000) })
export const reinstateAnswer = z.object({
  schema: z.literal('driftgate-reinstate/1'),
  /** The one that was rolled back. */
  release: z.string(),
  sentence: z.string(),
})

/** What is asked of the gateway. */
export const orderRequest = z.strictObject({
  command: orderCommand,
  reason: z.string().trim().min(1).max(2_000),
})
export type OrderRequest = z.infer<typeof orderRequest>
