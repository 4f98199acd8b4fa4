import { z } from 'zod'
import { windowSchema } from './report.ts'

/**
 * What may say that a model does worse, each with its share of the budget of false alarms.
 * By labels: the stream of errors in order of event time; the mean loss of a window against earlier ones; the gap of
 * estimate and labels; a change of calibration; a change of the rate of a label given the score.
 * Before them: an estimate.
 */
export const performanceRule = z.enum([
  'error_stream',
  'loss',
  'gap',
  'calibration',
  'label_given_score',
  'estimate',
])
export type PerformanceRule = z.infer<typeof performanceRule>

/** What one rule says of one version, in all its predictions or in a segment of them. */
export const performanceFinding = z.object({
  rule: performanceRule,
  version: z.string(),
  /** '': all predictions of the version. */
  segment: z.string(),
  /**
   * alarm: significant at the level that its share allows, by enough to matter, and for the worse.
   * watch: significant, but too little to matter, or for the better. unavailable: the sentence says why.
   */
  state: z.enum(['alarm', 'watch', 'ok', 'unavailable']),
  /** Two-sided unless the rule asks for one side; null: it has none (a stream), or is unavailable. */
  p: z.number().nullable(),
  /** Of the rule and this version and segment, after its share; null: unavailable. */
  level: z.number().nullable(),
  /** The change, in units of the metric that is named; positive is worse. Null: it has none, or is unavailable. */
  effect: z.number().nullable(),
  /** 95 % interval of the change. */
  effectInterval: z.tuple([z.number(), z.number()]).nullable(),
  metric: z.string().nullable(),
  /** The smallest change that matters, in the same units. */
  minimumEffect: z.number().nullable(),
  /** Labelled rows that it rests on; of an estimate, rows. */
  n: z.number().int(),
  /** Event time since when, where the rule can tell, ISO 8601. */
  since: z.string().nullable(),
  /** For a person: numbers included. */
  sentence: z.string(),
})
export type PerformanceFinding = z.infer<typeof performanceFinding>

/** DRIFT: the model does worse. INSUFFICIENT_LABELS, INSUFFICIENT_DATA: nothing could be told, which is never NO_DRIFT. */
export const performanceVerdict = z.enum([
  'NO_DRIFT',
  'DRIFT',
  'INSUFFICIENT_LABELS',
  'INSUFFICIENT_DATA',
])
export type PerformanceVerdict = z.infer<typeof performanceVerdict>

export const judgedBy = z.enum(['labels', 'estimate'])
export type JudgedBy = z.infer<typeof judgedBy>

/** The judgement of one window by its labels (once it is final), or by an estimate before them. */
export const performanceJudgement = z.object({
  by: judgedBy,
  verdict: performanceVerdict,
  findings: z.array(performanceFinding),
  headline: z.string(),
})
export type PerformanceJudgement = z.infer<typeof performanceJudgement>

/** What the steward is told of it. */
export const performanceMessageSchema = z.object({
  /** De-duplicates: `performance/<model>/<labels or estimate>/<window start>`. */
  eventId: z.string(),
  model: z.string(),
  /** Estimates that see nothing do not close what labels opened; labels close what either opened. */
  by: judgedBy,
  verdict: performanceVerdict,
  window: windowSchema,
  evidenceDigest: z.string(),
  headline: z.string(),
})
export type PerformanceMessage = z.infer<typeof performanceMessageSchema>
