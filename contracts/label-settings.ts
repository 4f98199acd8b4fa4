import { z } from 'zod'

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

export const labelSettings = z.strictObject({
  topic: z.string().min(1).describe('Kafka topic of the labels'),
  paths: z
    .strictObject({
      id: z.string().default('id').describe('id of the prediction that the label is for'),
      time: z.string().default('time').describe('event time of the label, ISO 8601 with zone'),
      label: z.string().default('label').describe('the label itself'),
    })
    .prefault({})
    .describe('where a label record keeps each part'),
  predictions: keptPredictions,
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
