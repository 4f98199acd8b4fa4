import { z } from 'zod'
import { duration } from './duration.ts'
import { retrainingBudget, retrainingFreeze } from './fleet-settings.ts'
import { retrainingPolicy } from './retraining-policy.ts'
import { retrainingSource } from './training-table.ts'

const positive = z.number().int().positive()

/** When one model is retrained, and how: section `retraining` of a model. */
export const retrainingSettings = z.strictObject({
  policy: retrainingPolicy
    .default('suggest')
    .describe(
      'start by itself, wait for "driftgate retrain", or never; one word, or one for each kind of incident: { DRIFT: suggest, PERFORMANCE: automatic }',
    ),
  windows: positive
    .default(2)
    .describe('so many drifted windows (of a span all that it merged) start a retraining ...'),
  outOf: positive.default(2).describe('... among this many last ones'),
  minimumLabels: positive
    .default(1_000)
    .describe('labels that must have arrived since the incident opened'),
  before: duration
    .prefault('0s')
    .describe(
      'rows of so much event time before the incident are learned from and held out too: more rows, of a world that may have gone',
    ),
  labelPoll: duration
    .prefault('30s')
    .describe('how often labels are counted while a retraining waits for enough of them'),
  cooldown: duration.prefault('0s').describe('time after a retraining in which none starts'),
  gainless: positive
    .default(2)
    .describe('after so many retrainings in a row that gained nothing a person is asked'),
  refresh: duration
    .refine((ms) => ms > 0, { error: 'a refresh takes time' })
    .optional()
    .describe(
      'so long after its last training a model is trained again without any drift, by itself whatever the policy says; never unless said',
    ),
  freeze: retrainingFreeze.describe(
    'no retraining starts by itself in these times; one that a person asks for does, and says so',
  ),
  cost: z
    .number()
    .nonnegative()
    .default(1)
    .describe('what one run costs, in a unit of your choice; what the job reports counts instead'),
  budget: retrainingBudget.optional().describe('of this model; no limit unless said'),
  priority: z
    .number()
    .int()
    .min(-1_000)
    .max(1_000)
    .default(0)
    .describe(
      'where the retraining budget of all models is short, the higher one is served first, then critical models, then the longest wait',
    ),
  source: retrainingSource
    .optional()
    .describe('labelled rows to train on; the prediction log and its labels unless said'),
  trainer: z.string().default('gradient-boosting').describe('the plug-in that fits the model'),
  timeBudget: duration
    .prefault('5m')
    .describe('of a trainer that searches, as automl: how long it may'),
  command: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('of the trainer `command`: the program that fits, and its first arguments'),
  holdout: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.3)
    .describe('the last share of the rows by event time, never trained on'),
  seed: z
    .number()
    .int()
    .nonnegative()
    .default(1)
    .describe('the same data and seed, the same model'),
  timeout: duration.prefault('2h').describe('a job that runs longer is ended'),
})
