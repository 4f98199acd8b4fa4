import { z } from 'zod'
import type { LabelSettings } from './label-settings.ts'
import type { LabelTable } from './label-table.ts'
import { performanceMessageSchema } from './performance-finding.ts'

/** How the labels of a model are read. Whatever is changed here is another reading, and begins with the first record. */
export interface LabelReadingDefinition {
  readonly content: 'labels'
  readonly model: string
  /** Of a table its name. */
  readonly topic: string
  readonly format: 'json' | 'table'
  readonly paths: LabelSettings['paths']
  /** Of a table. */
  readonly columns?: LabelTable['columns']
  readonly cursor?: LabelTable['cursor']
}

/** The rows of a table are handed on as records with these members. */
const pathsOfRows = { id: 'id', time: 'time', label: 'label', withdrawn: 'withdrawn' }

export function labelReadingDefinition(
  model: string,
  { topic, source, paths }: LabelSettings,
): LabelReadingDefinition {
  if (source === undefined) {
    return { content: 'labels', model, topic: topic ?? '', format: 'json', paths }
  }
  const { table, columns, cursor } = source
  return {
    ...{ content: 'labels', model, topic: table, format: 'table', columns, cursor },
    paths: columns.model === undefined ? pathsOfRows : { ...pathsOfRows, model: 'model' },
  }
}

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
  /** Repairs of dead letters up to this number are known. */
  repairs: z.number().int().optional(),
})
export type LabelPlan = z.infer<typeof labelPlanSchema>

/** What reading labels came to: windows that were measured, and the event time up to which measures are final. */
export const labelsResultSchema = z.object({
  /** ISO 8601; null: no label came yet. */
  watermark: z.string().nullable(),
  final: z.number().int(),
  provisional: z.number().int(),
  /** What the steward is told of the windows that were judged, in order of time; absent in results of older releases. */
  judged: z.array(performanceMessageSchema).optional(),
})
export type LabelsResult = z.infer<typeof labelsResultSchema>

/** The labels of a model are read and its windows measured by them; returns `labelsResultSchema`. */
export const labelsInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** The nominal time of the scan that asks, ISO 8601. */
  at: z.string(),
  /** Start of the window that it judged. */
  window: z.string(),
})
export type LabelsInput = z.infer<typeof labelsInputSchema>
