import { z } from 'zod'
import { verdictName } from './report.ts'

/** Where a record lies. */
export const recordPlace = z.object({
  partition: z.number().int(),
  offset: z.string(),
  /** The first 16 bytes of SHA-256 of its value, in hexadecimal; null: unknown. */
  digest: z.string().nullable(),
})
export type RecordPlace = z.infer<typeof recordPlace>

/** A window that the event time of a prediction falls into. */
export const tracedWindow = z.object({
  start: z.string(),
  end: z.string(),
  /** Null: it is not judged yet. */
  verdict: verdictName.nullable(),
  headline: z.string().nullable(),
  /** False: the prediction was read after the window's cut, and counts as late. */
  counted: z.boolean(),
  /** The verdicts of later looks that count it, the first of them first. */
  again: z.array(verdictName),
})
export type TracedWindow = z.infer<typeof tracedWindow>

/** One value of what was asked, and how it stands in the reference of the version. */
export const tracedValue = z.object({
  feature: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  /** Share of the reference's rows whose value is at least as unusual: 0 was never seen. */
  tail: z.number(),
  /** Of a number, the share of the reference's values below it. */
  quantile: z.number().nullable(),
  note: z.enum(['unseen', 'below all', 'above all', 'missing', 'not finite']).nullable(),
})
export type TracedValue = z.infer<typeof tracedValue>

/** What was asked, held against the reference of the version that answered. */
export const tracedInput = z.object({
  /** Where the values are from: a sample that was kept, or the log, read again. */
  from: z.enum(['sample', 'log']),
  reference: z.object({ version: z.string(), rows: z.number(), profile: z.string() }),
  /** Of sampled rows of the reference, the share that is at least as unusual in all features together; null: none is kept. */
  unusual: z.object({ share: z.number(), rows: z.number().int() }).nullable(),
  /** The most unusual first. */
  values: z.array(tracedValue),
})
export type TracedInput = z.infer<typeof tracedInput>

/** One answer that a model gave, as it was read once. */
export const tracedPrediction = z.object({
  reading: z.string(),
  topic: z.string(),
  /** The record with the answer. */
  record: recordPlace,
  /** The record with what was asked, where the two were joined. */
  request: recordPlace.nullable(),
  /** Event time, and when the record was read, ISO 8601. */
  at: z.string(),
  readAt: z.string(),
  /** Number of the repair that could read it; null: it could be read at once. */
  repair: z.number().int().nullable(),
  version: z.string(),
  score: z.number().nullable(),
  prediction: z.string().nullable(),
  segments: z.array(z.string()),
  windows: z.array(tracedWindow),
  /** Null: `inputAbsent` says why. */
  input: tracedInput.nullable().default(null),
  inputAbsent: z.string().nullable().default(null),
})
export type TracedPrediction = z.infer<typeof tracedPrediction>

/** What was said of a prediction once it was known what became of it. */
export const tracedLabel = z.object({
  topic: z.string(),
  partition: z.number().int(),
  offset: z.string(),
  /** Event time of the label, and when it was read, ISO 8601. */
  at: z.string(),
  readAt: z.string(),
  /** A number, or the name of a class; null: what was said before holds no more. */
  label: z.union([z.number(), z.string()]).nullable(),
  /** It is the last word. */
  holds: z.boolean(),
})
export type TracedLabel = z.infer<typeof tracedLabel>

/** Whatever is kept under one prediction id, the first event time first; several where an id was used again. */
export const traceAnswer = z.object({
  schema: z.literal('driftgate-trace/1'),
  model: z.string(),
  prediction: z.string(),
  rows: z.array(tracedPrediction),
  /** The one that holds first, at most 100. */
  labels: z.array(tracedLabel).default([]),
})
export type TraceAnswer = z.infer<typeof traceAnswer>

export const traceQuery = z.object({ id: z.string().min(1).max(2_000) })
/** Of the page: empty until somebody asks. */
export const tracePageQuery = z.object({ id: z.string().max(2_000).default('') })
