import { z } from 'zod'

const rows = z.number().int().positive()

/** When a candidate is better than the champion, and what it may not get worse at. */
export const comparisonSettings = z.strictObject({
  metric: z
    .enum(['brier', 'log_loss', 'accuracy', 'auc', 'expected_cost', 'mae', 'rmse'])
    .optional()
    .describe(
      'by which candidate and champion are compared on the held-out rows: brier unless said, of a regression mae; mae and rmse are of numbers that are foretold, in the unit of the label',
    ),
  minimumGain: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'the gain, in the unit of the metric, that the 95 % interval of what a candidate gains must lie above for it to be BETTER',
    ),
  margin: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'by how much a candidate may be worse, in the unit of the metric, and still be NOT_WORSE: the interval must lie above minus this',
    ),
  accept: z
    .enum(['better', 'not-worse'])
    .default('better')
    .describe(
      'what goes on to a release: a candidate that is BETTER, or one that is NOT_WORSE too',
    ),
  minimumRows: rows
    .default(100)
    .describe('held-out rows without which nothing is decided; 10 of either class besides'),
  firstRun: z
    .enum(['person', 'allow'])
    .default('person')
    .describe(
      'a candidate of a model without a champion, which can be compared with nothing: a person is asked, or it goes on as if it were BETTER',
    ),
  former: z
    .number()
    .int()
    .min(0)
    .max(10)
    .default(2)
    .describe(
      'so many versions that served before are held against the champion too, on the held-out rows of the new one; the one that gains most goes on',
    ),
  costs: z
    .strictObject({
      tp: z.number().default(0).describe('a 1 that is called 1'),
      fp: z.number().default(0).describe('a 0 that is called 1'),
      fn: z.number().default(0).describe('a 1 that is called 0'),
      tn: z.number().default(0).describe('a 0 that is called 0'),
    })
    .optional()
    .describe('of metric: expected_cost, what each answer costs, in any unit of money'),
  segments: z
    .strictObject({
      maximumLoss: z
        .number()
        .min(0)
        .default(0.01)
        .describe(
          'no segment of the model may be certainly worse by more than this, in the unit of the metric',
        ),
      minimumRows: rows
        .default(100)
        .describe('segments with fewer held-out rows are not judged, and the evidence says so'),
    })
    .prefault({})
    .describe('the guard of the segments'),
  calibration: z
    .strictObject({
      maximumLoss: z
        .number()
        .min(0)
        .max(1)
        .default(0.02)
        .describe(
          'the calibration error may not certainly grow by more than this; 1 switches the guard off',
        ),
    })
    .prefault({})
    .describe('the guard of probabilities that mean what they say'),
  fairness: z
    .strictObject({
      guard: z
        .boolean()
        .optional()
        .describe(
          'whether it is on: unless said, for a critical model with a feature that is protected',
        ),
      maximumGrowth: z
        .number()
        .min(0)
        .max(1)
        .default(0.02)
        .describe(
          'between no two groups of a protected feature may the difference of the rates of chosen 1, of true 1 that are found or of true 0 that are called 1 certainly grow by more than this',
        ),
      minimumRows: rows
        .default(100)
        .describe('rates of fewer rows of a group are not compared, and the evidence says so'),
    })
    .prefault({})
    .describe('the guard of the groups of protected features'),
})
export type ComparisonSettings = z.infer<typeof comparisonSettings>
/** Before what is not said is filled in. */
export type ComparisonSettingsInput = z.input<typeof comparisonSettings>
