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

/** When many models breach at once: suspect upstream, and retrain none of them by itself. */
export const stormSettings = z
  .strictObject({
    watch: z.boolean().default(true).describe('whether anything is held because of a storm'),
    models: z.number().int().min(3).default(10).describe('so many models that breach ...'),
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(0.5)
      .describe('... or this share of all, three at least, are a storm ...'),
    within: duration
      .prefault('1h')
      .describe('... where their incidents opened within so much time of each other'),
    settle: duration
      .prefault('5m')
      .describe(
        'a retraining that starts by itself waits so long first, to see whether others breach too; not in a fleet that is too small for a storm',
      ),
  })
  .prefault({})
export type StormSettings = z.infer<typeof stormSettings>

/** What holds for the retraining of all models together: section `retraining` of the file. */
export const fleetRetrainingSettings = z
  .strictObject({
    budget: retrainingBudget.optional().describe('of all models together; no limit unless said'),
    freeze: retrainingFreeze.describe('as models.*.retraining.freeze, for every model'),
    storm: stormSettings.describe('many models that breach at once are held: suspect upstream'),
  })
  .prefault({})
  .describe('what holds for retraining of every model')
