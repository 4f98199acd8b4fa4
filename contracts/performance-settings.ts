import { z } from 'zod'

const smallest = z.number().min(0).optional()

/** When what labels show of a model is an alarm. */
export const performanceSettings = z
  .strictObject({
    detector: z
      .string()
      .default('cusum')
      .describe('the streaming detector that watches the errors in the order of event time'),
    learn: z
      .strictObject({
        labels: z
          .int()
          .min(200)
          .default(5_000)
          .describe('so many labels of a version, and of each segment of it ...'),
        windows: z
          .int()
          .min(8)
          .default(24)
          .describe('... of at least so many final windows say what is usual'),
      })
      .prefault({})
      .describe(
        'what later windows are held against: learned from the first final windows of a version, then frozen',
      ),
    minimumEffect: z
      .strictObject({
        loss: smallest.describe('rise of the mean loss, in its unit'),
        error_stream: smallest.describe(
          'rise of the rate of errors, or of the mean absolute error',
        ),
        gap: smallest.describe('how much worse it went than estimated, in the unit of the metric'),
        calibration: smallest.describe('how far probabilities moved from the rates they stand for'),
        label_given_score: smallest.describe('how far the rate of label 1 moved at the same score'),
        estimate: smallest.describe('how much worse it is estimated, in the unit of the metric'),
      })
      .prefault({})
      .describe(
        'the smallest change that matters, by rule; see docs/how-to/labels.md for the usual ones',
      ),
  })
  .prefault({})
  .describe(
    'when what labels show is an alarm; detection.budget.performance says how often without any change',
  )
export type PerformanceSettings = z.infer<typeof performanceSettings>
