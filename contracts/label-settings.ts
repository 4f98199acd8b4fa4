import { z } from 'zod'
import { duration } from './duration.ts'
import { labelTable } from './label-table.ts'
import { performanceSettings } from './performance-settings.ts'

const keptPredictions = z
  .strictObject({
    keep: z
      .enum(['all', 'sample'])
      .default('all')
      .describe(
        'of which predictions a small row is kept, to which labels are joined: all, or a sample by the hash of the prediction id, which labels share',
      ),
    rate: z
      .number()
      .gt(0)
      .max(1)
      .default(0.1)
      .describe('of keep: sample, the share of the prediction ids'),
  })
  .prefault({})
  .describe('the rows that labels are joined to; storage.retention.predictions says for how long')

export const labelPaths = z.strictObject({
  id: z.string().default('id').describe('id of the prediction that the label is for'),
  time: z.string().default('time').describe('event time of the label, ISO 8601 with zone'),
  label: z
    .string()
    .default('label')
    .describe('the label itself: a number, true or false, or the name of a class'),
  withdrawn: z
    .string()
    .optional()
    .describe(
      'where a record says true when the label under the id holds no more; a record without a value says so for its key',
    ),
  model: z
    .string()
    .optional()
    .describe('of a topic that models share: where a record names the model it is for'),
})

export const labelSettings = z.strictObject({
  topic: z.string().min(1).optional().describe('Kafka topic of the labels; or say source'),
  source: labelTable
    .optional()
    .describe('instead of topic: a table or view of PostgreSQL that holds the labels'),
  paths: labelPaths.prefault({}).describe('where a label record keeps each part'),
  task: z
    .enum(['classification', 'regression'])
    .default('classification')
    .describe('whether the model chooses a class or foretells a number'),
  positive: z
    .string()
    .optional()
    .describe(
      'of two classes that labels name, the one whose probability the score is; without it 1 or true',
    ),
  classes: z
    .array(z.string().min(1))
    .min(3)
    .optional()
    .describe(
      'of more than two classes, their names, as labels and log.paths.prediction have them',
    ),
  threshold: z
    .number()
    .default(0.5)
    .describe('the least score of the positive class, where no record names the chosen class'),
  delay: duration
    .prefault('7d')
    .describe(
      'by when nearly all labels of a prediction are there: until then what is measured is provisional',
    ),
  minimumCoverage: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'the least share of the predictions of a window with a label; below, it says INSUFFICIENT_LABELS',
    ),
  minimumLabels: z
    .int()
    .min(1)
    .default(100)
    .describe('the fewest labels by which a window, a version or a segment is measured'),
  remeasure: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe(
      'share of labels that came after the final measure of a window from which it is measured once more, beside the final one; absent: they are only counted',
    ),
  predictions: keptPredictions,
  performance: performanceSettings,
})
export type LabelSettings = z.infer<typeof labelSettings>

/** The share of the predictions of a model that are kept as rows; null: it has no labels, and none are. */
export function predictionRate(
  labels: Pick<LabelSettings, 'predictions'> | undefined,
): number | null {
  if (labels === undefined) return null
  const { keep, rate } = labels.predictions
  return keep === 'all' ? 1 : rate
}
