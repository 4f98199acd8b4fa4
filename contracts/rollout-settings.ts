import { z } from 'zod'
import { duration } from './duration.ts'

const hold = duration.refine((ms) => ms > 0, { error: 'a step takes time' })

/** One step on the way to all of the traffic. */
export const rolloutStep = z.union([
  z.strictObject({
    shadow: hold.describe('the candidate is sent a copy of every request for so long'),
  }),
  z.strictObject({
    share: z.number().int().min(1).max(99).describe('so many of a hundred requests ...'),
    for: hold.describe('... are answered by the candidate for so long'),
  }),
  z.strictObject({
    confirm: z
      .string()
      .min(1)
      .describe('a role: the step before goes on until a person who has it says to go on'),
  }),
])
export type RolloutStep = z.infer<typeof rolloutStep>

const share = z.number().gt(0).max(1)

/** When a step is healthy. */
export const healthSettings = z.strictObject({
  minimumRequests: z
    .number()
    .int()
    .positive()
    .default(500)
    .describe('with fewer answers of the candidate in a step there is no judgement of it'),
  risk: z
    .number()
    .gt(0)
    .max(0.2)
    .default(0.05)
    .describe(
      'the chance that a candidate which is no worse is stopped all the same, over all looks at all steps of a release',
    ),
  errors: share
    .default(0.02)
    .describe(
      'tolerated: so much more of the requests of the candidate fail (0.02 is two of a hundred)',
    ),
  latency: z
    .number()
    .gt(0)
    .default(0.5)
    .describe('tolerated: its answers take longer by this share of those of the version in place'),
  loss: z
    .number()
    .gt(0)
    .optional()
    .describe(
      'tolerated: its loss (squared error of the score) is greater by so much, where labels come; not judged unless said',
    ),
  predictions: share
    .optional()
    .describe(
      'tolerated: its mean score differs by so much from that of the version in place; not judged unless said',
    ),
  inputs: z
    .boolean()
    .default(true)
    .describe('both versions must have been asked alike, or neither can be compared'),
})
export type HealthSettings = z.infer<typeof healthSettings>

/** How what was approved comes to all of the traffic: section `rollout` of a model. */
export const modelRollout = z.strictObject({
  steps: z
    .array(rolloutStep)
    .max(20)
    .default([])
    .describe('in this order, after the approval and before all of the traffic; none: all at once'),
  watch: duration
    .prefault('0s')
    .describe('so long after it has all of the traffic it is taken back when it turns out worse'),
  look: duration
    .refine((ms) => ms >= 1_000, { error: 'a look takes a second' })
    .prefault('1m')
    .describe('how often the health of a step is looked at'),
  patience: duration
    .prefault('1d')
    .describe(
      'a step without enough data waits for so long after its time, then it is paused and people are asked',
    ),
  shadowTopic: z
    .string()
    .min(1)
    .optional()
    .describe('where the server logs the answers of a shadow, in the format of the log'),
  health: healthSettings.prefault({}).describe('when a step is healthy'),
})
export type ModelRollout = z.infer<typeof modelRollout>
