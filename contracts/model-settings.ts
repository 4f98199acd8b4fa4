import { z } from 'zod'
import { approvalSettings } from './approval-settings.ts'
import { comparisonSettings } from './comparison-settings.ts'
import { dataSettings } from './data-settings.ts'
import { dedupeSettings } from './dedupe-settings.ts'
import { modelDrill } from './drill-settings.ts'
import { duration } from './duration.ts'
import { featureSettings } from './feature-settings.ts'
import { guardSettings } from './guard-settings.ts'
import { joinSettings } from './join-settings.ts'
import { labelSettings } from './label-settings.ts'
import { notificationSettings } from './notification-settings.ts'
import { referencesSettings } from './reference-settings.ts'
import { retrainingSettings } from './retraining-settings.ts'
import { modelRollout } from './rollout-settings.ts'

const instant = z.iso.datetime({ offset: true })
const positive = z.number().int().positive()

/** A group of rows is counted and compared on its own too. */
export const segmentSettings = z.union([
  z.string(),
  z.strictObject({
    feature: z.string().describe('a categorical or boolean feature'),
    groups: z
      .record(z.string(), z.array(z.string()).min(1))
      .describe('name of each group and its categories; all others are (other)'),
  }),
])
export type SegmentSettings = z.infer<typeof segmentSettings>

const path = (name: string) => z.string().default(name)

/** Where a record keeps each part of a prediction. */
export const recordPaths = z.strictObject({
  id: path('id').describe('prediction id, by which labels are joined'),
  time: path('time').describe('event time, ISO 8601 with zone'),
  model: path('model').describe('name of the model; records of others are counted and passed over'),
  version: path('version').describe('version of the model that answered'),
  features: path('features').describe(
    'the section with the features; "" when they stand beside the other parts',
  ),
  score: path('score').describe('the probability or value that the model gave'),
  prediction: z
    .string()
    .optional()
    .describe('the class that the model chose: compared as the feature (prediction)'),
  latency: z
    .string()
    .min(1)
    .optional()
    .describe(
      'how long the answer took, milliseconds, for the health of a rollout; latencyMs in format json unless said',
    ),
  error: z
    .string()
    .min(1)
    .optional()
    .describe(
      'what went wrong with a request, for the health of a rollout; absent, null, false, 0 and "" are nothing; error in format json unless said',
    ),
})

export const logSettings = z.strictObject({
  topic: z.string().min(1).describe('Kafka topic of the predictions'),
  format: z.string().default('json').describe('how a record is decoded'),
  kind: z
    .enum(['prediction', 'request', 'response', 'pair'])
    .optional()
    .describe(
      'which records of the topic are read, where requests and responses are apart: one half, or pair for both joined; the first kind of the format unless said',
    ),
  join: joinSettings,
  ...dedupeSettings,
  options: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('what the format wants to know besides; see its page'),
  paths: recordPaths
    .prefault({})
    .describe('where a record keeps each part; dots walk into sections'),
  generation: positive
    .default(1)
    .describe(
      'raise it to read the log anew from its first record, as after the topic was made anew',
    ),
  keepBadBytes: z
    .boolean()
    .default(false)
    .describe('keep the bytes of unreadable records with their dead letters'),
})

export type LogSettings = z.infer<typeof logSettings>

const windowSettings = z.strictObject({
  length: duration.describe('the span of event time that one verdict is about'),
  bucket: duration.describe('the smaller spans that windows are merged from'),
  anchor: instant.describe('windows begin here and at whole lengths before and after it'),
  lateness: duration.prefault('0s').describe('a window is judged this long after its end'),
  rejudge: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe(
      'a window is judged once more, beside its verdict, when at least this share of its rows came after it; never unless said',
    ),
})

const detectionSettings = z.strictObject({
  budget: z
    .strictObject({
      falseAlarms: z
        .number()
        .positive()
        .max(1_000)
        .default(1)
        .describe('expected number of incidents that open without any change ...'),
      per: duration.prefault('30d').describe('... in this time'),
      performance: z
        .number()
        .gt(0)
        .max(0.9)
        .default(0.25)
        .describe(
          'of a model with labels, the share of it for what labels and estimates say of its performance; tests of the data get the rest',
        ),
    })
    .prefault({})
    .describe('of false alarms, spread over every test, rule, segment and scale'),
  scales: z
    .array(positive.max(1_000))
    .min(1)
    .default([1, 6, 24, 168])
    .describe(
      'windows merged, to see a small change that lasts; those longer than the budget are left out',
    ),
  rows: z
    .array(z.string())
    .optional()
    .describe(
      'row detectors, which compare all features at once over the samples of rows; each takes the share of one test',
    ),
  history: z
    .strictObject({
      length: duration
        .optional()
        .describe(
          'accepted windows of so much time say how much windows vary without change; 56 days unless said, or 64 windows where that is longer',
        ),
      acceptedUntil: instant
        .optional()
        .describe('windows that end until then are accepted, whatever their verdict was'),
    })
    .prefault({})
    .describe('from eight accepted windows on, a window is held against how much they vary'),
  designEffect: z
    .number()
    .min(1)
    .default(1)
    .describe(
      'how many times more the rows of a window vary than independent ones, as when one user sends many',
    ),
  minimumRows: positive.default(500).describe('with fewer rows the verdict is INSUFFICIENT_DATA'),
  maximumBadShare: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe('more unreadable records than this share of a window: DATA_QUALITY'),
  staleAfterWindows: positive
    .default(2)
    .describe('no row for this many windows in a row: STALE instead of INSUFFICIENT_DATA'),
})

export const modelSettings = z.strictObject({
  critical: z.boolean().default(true).describe('a release waits for people at the gate'),
  owners: z
    .array(z.string())
    .default([])
    .describe(
      'groups and people that answer for the model: what a rule asks for, they asked for, and may not approve',
    ),
  onCall: z
    .string()
    .min(1)
    .optional()
    .describe('whom to call about it: a person, a rota, a number; shown to people, never acted on'),
  log: logSettings.describe('the predictions'),
  data: dataSettings.prefault({}).describe('what of its single rows is kept, and how'),
  labels: labelSettings.optional().describe('the labels; without them nothing is retrained'),
  features: z.record(z.string(), featureSettings).describe('what is compared, by name'),
  segments: z
    .array(segmentSettings)
    .default([])
    .describe(
      'groups of rows that are compared on their own too: features, or groups of categories',
    ),
  window: windowSettings.describe('what a verdict is about, and when it is reached'),
  references: referencesSettings.describe('what windows are held against, by name'),
  detection: detectionSettings.prefault({}).describe('when a change is an alarm'),
  retraining: retrainingSettings.prefault({}).describe('when drift starts a retraining, and how'),
  comparison: comparisonSettings
    .prefault({})
    .describe('when a candidate is better, and what it may not get worse at'),
  approval: approvalSettings.prefault({}).describe('who may release'),
  notifications: notificationSettings
    .prefault({})
    .describe('where its owners are told of incidents, and of what does not work'),
  registry: z
    .strictObject({
      name: z.string().optional().describe('of the registered model; the name of the model here'),
      alias: z.string().default('champion').describe('the alias that the model server follows'),
      challenger: z
        .string()
        .default('challenger')
        .describe('the alias of the newest candidate that stood for release and does not serve'),
    })
    .refine(({ alias, challenger }) => alias !== challenger, {
      path: ['challenger'],
      error: 'the alias that the model server follows is moved by releases only',
    })
    .prefault({})
    .describe('where its versions are'),
  guard: guardSettings
    .optional()
    .describe('what judges inputs before the model; nothing unless said'),
  rollout: modelRollout.prefault({}).describe('how what was approved comes to all of the traffic'),
  drill: modelDrill
    .optional()
    .describe('how often it is proven that a release would go through; never unless said'),
  serving: z
    .strictObject({ url: z.url().describe('root of its model server (Open Inference Protocol)') })
    .describe('where it answers'),
})
export type ModelSettings = z.infer<typeof modelSettings>
