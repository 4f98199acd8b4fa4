import { z } from 'zod'

/** Where an unreadable record lies. */
export const letterPlace = z.object({
  topic: z.string(),
  partition: z.number().int(),
  offset: z.string(),
  /** When the broker received it, ISO 8601. */
  at: z.string(),
})

export const deadLetter = letterPlace.extend({
  code: z.string(),
  /** The part of the record that could not be read, as a path; null where none is to blame. */
  field: z.string().nullable(),
  reason: z.string(),
})
export type DeadLetterView = z.infer<typeof deadLetter>

/** Dead letters with one cause: the same topic, code and field, or the same reason where no field is to blame. */
export const deadLetterCause = z.object({
  topic: z.string(),
  code: z.string(),
  field: z.string().nullable(),
  letters: z.number().int(),
  /** When the broker received the first and the last of them, ISO 8601. */
  first: z.string(),
  last: z.string(),
  /** The newest; its bytes (base64) are for operators, where the configuration keeps them. */
  example: deadLetter.extend({ bytes: z.string().nullable() }),
})
export type DeadLetterCause = z.infer<typeof deadLetterCause>

/** What could not be read of the logs of a model: of its predictions by the reading in force, and of its labels. */
export const deadLettersAnswer = z.object({
  schema: z.literal('driftgate-dead-letters/1'),
  model: z.string(),
  /** Null: nothing was read yet. */
  reading: z.string().nullable(),
  /** Those that nobody could read yet. */
  unread: z.number().int(),
  /** Those that a repair could read. */
  repaired: z.number().int(),
  /** Most letters first, at most 100. */
  causes: z.array(deadLetterCause),
  /** The newest first, as many as were asked for. */
  letters: z.array(deadLetter),
})
export type DeadLettersAnswer = z.infer<typeof deadLettersAnswer>

export const deadLettersQuery = z.object({
  letters: z.coerce.number().int().min(0).max(10_000).default(0),
})

export const repairResultSchema = z.object({
  reading: z.string().nullable(),
  /** Repairs that were committed, and what they could read. */
  repairs: z.number().int(),
  good: z.number().int(),
  foreign: z.number().int(),
  /** Still unreadable. */
  bad: z.number().int(),
  /** Not in the log any more. */
  gone: z.number().int(),
  /** Windows that were judged once more, as `window.rejudge` says. */
  rejudged: z.number().int().default(0),
  /** The same of labels; null: none are read from a topic. */
  labels: z
    .object({
      repairs: z.number().int(),
      good: z.number().int(),
      foreign: z.number().int(),
      bad: z.number().int(),
      gone: z.number().int(),
    })
    .nullable()
    .default(null),
})
export type RepairResult = z.infer<typeof repairResultSchema>

export const repairAnswer = z.object({
  schema: z.literal('driftgate-repair/1'),
  workflowId: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  /** Set when it is done. */
  result: repairResultSchema.nullable(),
  /** Why it failed; while it runs: why its step failed last, which is tried again. */
  reason: z.string().nullable(),
})
export type RepairAnswer = z.infer<typeof repairAnswer>
