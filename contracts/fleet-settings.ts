import { z } from 'zod'
import { periodSettings } from './calendar.ts'
import { duration } from './duration.ts'

/** At most so many runs, and so much cost, in any span of time as long as the period. */
export const retrainingBudget = z
  .strictObject({
    runs: z
      .number()
      .int()
      .nonnegative()
      .max(100_000)
      .optional()
      .describe('at most so many runs ...'),
    cost: z
      .number()
      .nonnegative()
      .optional()
      .describe('... that cost at most so much together, in the unit of retraining.cost ...'),
    per: duration.prefault('30d').describe('... in any span of time so long'),
  })
  .refine(({ runs, cost }) => runs !== undefined || cost !== undefined, {
    error: 'expected runs, cost or both',
  })
  .refine(({ per }) => per > 0, { path: ['per'], error: 'a period takes time' })
export type RetrainingBudget = z.infer<typeof retrainingBudget>

/** Times in which no retraining starts by itself. */
export const retrainingFreeze = z.array(periodSettings).max(100).default([])

/** What holds for the retraining of all models together: section `retraining` of the file. */
export const fleetRetrainingSettings = z
  .strictObject({
    budget: retrainingBudget.optional().describe('of all models together; no limit unless said'),
    freeze: retrainingFreeze.describe('as models.*.retraining.freeze, for every model'),
  })
  .prefault({})
  .describe('what holds for retraining of every model')
