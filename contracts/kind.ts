import { z } from 'zod'

/** Why a model drifts. */
export const driftKind = z.enum([
  'data_drift_without_loss',
  'data_drift_with_loss',
  'concept_drift',
  'label_shift',
  'seasonal_return',
  'upstream_fault',
  'too_early',
])
export type DriftKind = z.infer<typeof driftKind>

/** What one does about it. */
export const driftRemedy = z.enum([
  'retrain',
  'recalibrate',
  'reweight',
  'wait',
  'fix_feed',
  'absorb',
])
export type DriftRemedy = z.infer<typeof driftRemedy>

/** How the classes of labelled rows are spread, before and now, and whether each class still gets the same scores. */
export const classShift = z.object({
  /** By their number, of two classes, or their name. */
  classes: z.array(z.string()),
  rows: z.object({ before: z.number().int(), now: z.number().int() }),
  /** Share of each class among the labels. */
  before: z.array(z.number()),
  now: z.array(z.number()),
  /** That the classes are spread as before. */
  p: z.number(),
  /** That within each class the model answers as before. */
  pWithin: z.number(),
  /** That all rows together are answered as before: other shares of the classes would show in the answers, too. */
  pAnswers: z.number(),
  /** The shares now as the model's answers alone tell them (BBSE); null: they cannot. */
  predicted: z.array(z.number()).nullable(),
})
export type ClassShift = z.infer<typeof classShift>

/** Which kind of drift it is, by what is known at the moment. */
export const toldKind = z.object({
  kind: driftKind,
  certainty: z.enum(['high', 'moderate', 'low']),
  /** Numbers included. */
  reasons: z.array(z.string()),
  suggests: driftRemedy,
  /** All of it, for a person. */
  sentence: z.string(),
})
export type ToldKind = z.infer<typeof toldKind>
