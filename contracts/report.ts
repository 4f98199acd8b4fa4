import { z } from 'zod'
import { effectLawSchema } from './effect-law.ts'
import { guardedInputs } from './guarded-inputs.ts'
import * as references from './reference-report.ts'
import { absorbedOrigin } from './reference-upload.ts'
import { driftSlices } from './slice.ts'
import { unmatchedSchema } from './unmatched-halves.ts'

export const verdictName = z.enum([
  'NO_DRIFT',
  'DRIFT',
  'DATA_QUALITY',
  'INSUFFICIENT_DATA',
  'INCOMPLETE_WINDOW',
  'INSUFFICIENT_LABELS',
  'STALE',
])
export type VerdictName = z.infer<typeof verdictName>

/** How a feature stands in one window. The order in lists is the order here. */
export const featureState = z.enum(['drifted', 'watch', 'ok'])

/** What a p-value becomes when windows vary by more than sampling explains. */
export const predictionSchema = z.object({
  /** How many times more windows without change vary than sampling alone explains; at least 1 here. */
  dispersion: z.number(),
  /** Accepted windows that this was learned from, and how many independent ones they are worth. */
  windows: z.number().int(),
  effectiveWindows: z.number(),
  /** Fewer than 30 effective windows: it may still be wrong by a lot. */
  provisional: z.boolean(),
  /** Chance of a window this far out with that dispersion; null where sampling alone already explains it. */
  pValue: z.number().nullable(),
  /** Natural logarithm of the p-value by sampling alone that would be just within the level; of a score with a law. */
  logLevel: z.number().optional(),
})
export type Prediction = z.infer<typeof predictionSchema>

/** One detector's answer about one feature, with everything needed to recompute it. */
export const scoreSchema = z.object({
  detector: z.string(),
  /** Version of the detector's definition, raised when its numbers change. */
  definition: z.number().int(),
  options: z.record(z.string(), z.unknown()),
  score: z.number(),
  /** How large the change is, in a unit that does not grow with n. */
  effect: z.number(),
  effectInterval: z.tuple([z.number(), z.number()]),
  /** By sampling alone. */
  pValue: z.number().nullable(),
  /** Natural logarithm of a p-value that is too small for a double. */
  logP: z.number().optional(),
  /** Absent: there is no history to speak of, and the p-value knows of sampling noise only. */
  prediction: predictionSchema.optional(),
  /** Relative standard error of a p-value that comes from draws. */
  pValueError: z.number().optional(),
  /** Why there is no p-value. */
  pValueAbsent: z.string().optional(),
  /** Absent: what the test could have seen is not told. */
  law: effectLawSchema.optional(),
  /** What the main one of several tests takes of the level: the p-value is at most its own divided by this. Absent: one test. */
  mainShare: z.number().optional(),
  /** How far the exact statistic may lie above the binned one. */
  bound: z.number().optional(),
  n: z.object({ reference: z.number(), current: z.number() }),
  cells: z.number().int(),
})
export type Score = z.infer<typeof scoreSchema>

/** Counts of one feature on both sides under display bins (at most 24), for pictures. */
export const distributionSchema = z.object({
  labels: z.array(z.string()),
  reference: z.array(z.number()),
  current: z.array(z.number()),
})
export type Distribution = z.infer<typeof distributionSchema>
const bothSides = z.object({ reference: z.number().int(), current: z.number().int() })

/** Rows that come in clusters, of one user each say: `n` of the scores is what they count as. */
export const clusteringSchema = z.object({
  /** How many times more the feature varies than as many independent rows would; at least 1. */
  designEffect: z.number(),
  clusters: bothSides,
  /** Rows with a value, as they are. */
  rows: bothSides,
})
export type Clustering = z.infer<typeof clusteringSchema>

/** One feature as the detectors saw it, handed to the policies; which test decides was fixed beforehand. */
export interface FeatureScores {
  readonly feature: string
  /** `country=DE` when only these rows were compared; absent: all rows. */
  readonly segment?: string
  readonly kind: 'numeric' | 'categorical'
  readonly primary: Score
  /** Data-quality rules, each with its own smallest effect that matters. */
  readonly rules: readonly { readonly score: Score; readonly minimumEffect: number }[]
  readonly others: readonly Score[]
  readonly minimumEffect: number
  /** How much the model relies on the feature, 0 to 1; absent: as much as on any. */
  readonly importance?: number
  /** Absent: rows count as independent. */
  readonly clustering?: Clustering
  readonly distribution: Distribution
  readonly sentence: string
}

/** What one row detector says of all features at once, handed to the policies. */
export interface JointScores {
  readonly detector: string
  /** Null where it could not be asked: `sentence` says why. */
  readonly score: Score | null
  /** What else it saw. */
  readonly details: Readonly<Record<string, unknown>>
  /** It may raise an alarm: it takes its share of the level whether it could be asked or not. */
  readonly decides: boolean
  readonly minimumEffect: number
  readonly sentence: string
}

/** When a change began, as starts of buckets of event time, ISO 8601: the nearest to the change is meant. */
export const sinceSchema = z.object({
  /** The most likely one, and the earliest and the latest that cannot be excluded (95 %). */
  at: z.string(),
  from: z.string(),
  to: z.string(),
  /** It may have begun before everything that was looked at. */
  earlier: z.boolean(),
})
export type Since = z.infer<typeof sinceSchema>

export const featureReportSchema = z.object({
  feature: z.string(),
  /** `country=DE` when only these rows were compared. */
  segment: z.string().optional(),
  /** How many windows were merged for this look; the window itself is 1. */
  windows: z.number().int().default(1),
  /** Name of the reference that this stands against; absent: there is only one. */
  reference: z.string().optional(),
  kind: z.enum(['numeric', 'categorical']),
  state: featureState,
  /** The test fixed beforehand that decides for this feature. */
  primary: scoreSchema,
  /** Scores that describe and never decide. */
  others: z.array(scoreSchema),
  /** The level that its share of the budget of false alarms allows. */
  level: z.number(),
  minimumEffect: z.number(),
  /** The smallest effect that would have raised an alarm here with a chance of 80 %; null where that is unknown. */
  detectable: z.number().nullable().default(null),
  /** How much the model relies on it, as the settings say. */
  importance: z.number().optional(),
  /** Absent: rows count as independent. */
  clustering: clusteringSchema.optional(),
  /** What part of the drift this feature stands for, 0 to 1; null where it did not drift. */
  cause: z.number().nullable().default(null),
  /** Of a drifted feature; null where that is unknown. */
  since: sinceSchema.nullable().default(null),
  distribution: distributionSchema,
  /** What changed, in one sentence: "median 14 -> 19, missing 0.1 % -> 4 %". */
  sentence: z.string(),
})
export type FeatureReport = z.infer<typeof featureReportSchema>

/** What one row detector says of the samples of rows of the window and of its reference: `score.n` is theirs. */
export const jointReportSchema = z.object({
  detector: z.string(),
  /** Name of the reference that this stands against; absent: there is only one. */
  reference: z.string().optional(),
  state: z.enum([...featureState.options, 'unavailable']),
  decides: z.boolean(),
  /** Null: unavailable, and `sentence` says why. */
  score: scoreSchema.nullable(),
  details: z.record(z.string(), z.unknown()),
  level: z.number(),
  minimumEffect: z.number(),
  sentence: z.string(),
})
export type JointReport = z.infer<typeof jointReportSchema>

/** `amount`, or `amount in country=DE`. */
export const titleOf = ({
  feature,
  segment,
}: Pick<FeatureReport, 'feature' | 'segment'>): string =>
  segment === undefined ? feature : `${feature} in ${segment}`

/** Upstream changed its units or its spelling: which transformation of the current values gives the reference back. */
export const explanationSchema = z.object({
  feature: z.string(),
  kind: z.enum(['shift', 'factor', 'affine', 'swap', 'rename']),
  /** "every hour is 5 later, modulo 24" */
  sentence: z.string(),
  /** Share of the distance that the transformation takes away, 0 to 1. */
  explained: z.number(),
  /** Effect that remains after it. */
  residual: z.number(),
  /** Start of the first bucket it holds for, ISO 8601. */
  since: z.string().nullable(),
})
export type Explanation = z.infer<typeof explanationSchema>

export const windowSchema = z.object({ start: z.string(), end: z.string() })
export type Window = z.infer<typeof windowSchema>

/** What a verdict was computed from. Its digest is the evidence digest; the same evidence gives the same bytes. */
export const scanEvidenceSchema = z.object({
  model: z.string(),
  window: windowSchema,
  /** partition -> offset below which records counted. */
  cut: z.record(z.string(), z.string()),
  /** Number of the last repair of dead letters below the cut that counted; absent without one. */
  repairs: z.number().int().optional(),
  /** Where the reading began, when not with the first record of the log. */
  began: z
    .object({ windowsFrom: z.string(), offsets: z.record(z.string(), z.string()) })
    .optional(),
  profile: z.string(),
  /** The first reference in use; of several, `references` has them all. */
  reference: z.object({ name: z.string(), profile: z.string(), modelVersion: z.string() }),
  binning: z.string(),
  /** Digest of the model's section of the applied configuration. */
  settings: z.string(),
  /** detector -> version of its definition. */
  detectors: z.record(z.string(), z.number()),
  /** segment -> digest of its profile in the window. */
  segments: z.record(z.string(), z.string()).optional(),
  /** Longer spans that were due with the window: how many of their windows were merged, and into what. */
  spans: z
    .array(z.object({ windows: z.number(), merged: z.number(), profile: z.string() }))
    .optional(),
  /** Digests of the samples of rows that row detectors read; null: there is none. Absent: none was asked for. */
  samples: z
    .object({ reference: z.string().nullable(), current: z.string().nullable() })
    .optional(),
  /** Against `reference`; absent without one. */
  history: references.historyEvidenceSchema.optional(),
  /** Every reference in force, in the order of the settings; absent: the training data's alone. */
  references: z.array(references.referenceEvidenceSchema).optional(),
})
export type ScanEvidence = z.infer<typeof scanEvidenceSchema>

export const reportSchema = z.object({
  schema: z.literal('driftgate-report/1'),
  /** In a comparison of two files, the name of the current one. */
  model: z.string(),
  /** Both ends are empty in a comparison of two files, which has no window. */
  window: windowSchema,
  verdict: verdictName,
  /** One sentence that a person can act on. */
  headline: z.string(),
  rows: z.object({
    good: z.number(),
    bad: z.number(),
    foreign: z.number(),
    lost: z.number(),
    late: z.number(),
    reference: z.number(),
    /** Event time more than a minute after the broker received them; absent: none. */
    ahead: z.number().optional(),
    /** At least so many came more than once, told by their id within a slice; absent: none seen. */
    repeated: z.number().optional(),
    /** Came more than once and count once (`log.dedupe: exact`); absent: none did, or all count. */
    removed: z.number().optional(),
    /** Of the same rows: came under the id of a row with another content; absent: none seen. */
    differing: z.number().optional(),
    /** Absent: the log carries whole predictions. */
    unmatched: unmatchedSchema.optional(),
    /** Partitions of the log in which nothing arrived since the window before; absent: none. */
    silent: z.array(z.number().int()).optional(),
  }),
  /** When the drift began: that of the feature that stands for most of it. */
  since: sinceSchema.nullable().default(null),
  /** Every reference in force, in the order of the settings; absent: the training data's alone. */
  references: z.array(references.referenceReportSchema).optional(),
  /** The reference of the model version was absorbed from the log; absent: it was not. */
  absorbed: absorbedOrigin.optional(),
  features: z.array(featureReportSchema),
  /** All features at once, one entry for each row detector that is asked for; absent: none is. */
  joint: z.array(jointReportSchema).optional(),
  explanation: explanationSchema.nullable(),
  /** Of a verdict of drift: the slices that carry most of it. Absent: another verdict, or of an older release. */
  slices: driftSlices.optional(),
  evidence: scanEvidenceSchema,
  evidenceDigest: z.string(),
  /** The last look at the window after this verdict, when enough rows came later; told by the gateway, never kept. */
  again: z.object({ verdict: verdictName, good: z.number(), judgedAt: z.string() }).optional(),
  /** What the input guard did in the window; told by the gateway, never kept. Absent: nothing came to a guard. */
  guarded: guardedInputs.optional(),
  /** Since when what it was judged from is not kept, ISO 8601; absent: it can be judged again. Told by the gateway, never kept. */
  notRecomputableSince: z.string().optional(),
  /** Since when a sample of rows that it rests on lacks one that was erased, ISO 8601. Told by the gateway, never kept. */
  rowsErasedSince: z.string().optional(),
})
export type Report = z.infer<typeof reportSchema>

/** A comparison of two files rather than of a window with its reference: its window is empty. */
export const isOfFiles = ({ window }: Pick<Report, 'window'>): boolean => window.start === ''
