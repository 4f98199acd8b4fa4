import { z } from 'zod'
import type { LabelSettings } from './label-settings.ts'

/** How the labels of a model are read. Whatever is changed here is another reading, and begins with the first record. */
export interface LabelReadingDefinition {
  readonly content: 'labels'
  readonly model: string
  readonly topic: string
  readonly format: 'json'
  readonly paths: LabelSettings['paths']
}

export const labelReadingDefinition = (
  model: string,
  { topic, paths }: LabelSettings,
): LabelReadingDefinition => ({
  ...{ content: 'labels', model, topic, format: 'json', paths },
})

/** How far the labels of a model are to be read, fixed before anything is. */
export const labelPlanSchema = z.object({
  model: z.string(),
  /** The nominal time of the scan that asked, ISO 8601: what was known then. */
  at: z.string(),
  /** Start of the window that the scan judged: the predictions below its cut are measured. */
  window: z.string(),
  reading: z.string(),
  configVersion: z.number().int(),
  partitions: z.array(z.object({ partition: z.number().int(), cut: z.string() })),
})
export type LabelPlan = z.infer<typeof labelPlanSchema>

/** What reading labels came to: windows that were measured, and the event time up to which measures are final. */
export const labelsResultSchema = z.object({
  /** ISO 8601; null: no label came yet. */
  watermark: z.string().nullable(),
  final: z.number().int(),
  provisional: z.number().int(),
})
export type LabelsResult = z.infer<typeof labelsResultSchema>
