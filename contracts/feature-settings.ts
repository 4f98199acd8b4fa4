import { z } from 'zod'
import { timeZone } from './time-zone.ts'

/** What a feature is. */
export const featureSettings = z.strictObject({
  type: z
    .enum(['numeric', 'categorical', 'boolean', 'timestamp', 'text', 'embedding'])
    .describe(
      'how its values are compared: a timestamp by its cyclic parts and its age, a text by its length, an embedding by its norm and its components',
    ),
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      'where a record keeps it: dots walk into sections, numbers into lists; its own name in log.paths.features unless said',
    ),
  cycle: z
    .number()
    .int()
    .min(2)
    .max(366)
    .optional()
    .describe('the numbers go round: 24 for the hour of the day, 7 for the weekday'),
  zone: timeZone
    .optional()
    .describe('of a timestamp: where its hour and its day are told; UTC unless said'),
  width: z
    .number()
    .int()
    .min(1)
    .max(65_536)
    .optional()
    .describe('of an embedding: how many numbers it has'),
  projections: z
    .number()
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('of an embedding: so many random projections are compared instead of each component'),
  detector: z
    .string()
    .optional()
    .describe('the test that decides for this feature, instead of the default for its type'),
  minimumEffect: z
    .number()
    .positive()
    .optional()
    .describe('the smallest effect that matters, in the unit of the detector'),
  protected: z
    .boolean()
    .optional()
    .describe(
      'a categorical or boolean feature whose groups a model may not treat more differently than the one before: see comparison.fairness',
    ),
  learned: z
    .boolean()
    .optional()
    .describe('false: it is watched and compared, and no trainer learns from it'),
  importance: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'how much the model relies on it, for the order of what explains a drift; 1 unless said',
    ),
})
export type FeatureSettings = z.infer<typeof featureSettings>
