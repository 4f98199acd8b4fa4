import { z } from 'zod'
import { parkedSchema } from './admission.ts'
import { incidentKind, incidentSchema } from './incident.ts'
import { releaseInputSchema, retrainInputSchema } from './messages.ts'
import { noticeSchema } from './notice.ts'
import { performanceVerdict } from './performance-finding.ts'
import { freezeSchema } from './release.ts'
import { verdictName, windowSchema } from './report.ts'
import { retrainingPolicy } from './retraining-policy.ts'

/** A retraining that is decided on and waits for enough labels. */
export const wantedSchema = z.object({
  /** What asks for it the most; null: a person, while no incident is open. */
  incident: z.string().nullable(),
  /** Other open incidents that the same retraining answers. */
  alsoFor: z.array(z.string()).optional(),
  /** Event time from which rows are used and labels are counted, ISO 8601. */
  from: z.string(),
  requestedBy: z.array(z.string()),
  reason: z.string(),
  /** Tells this wish from an earlier one for the same incident; null for the first automatic one. */
  request: z.string().nullable(),
  labels: z.number().int(),
  needed: z.number().int(),
  /** It may not start yet; absent: nothing but labels keeps it. */
  parked: parkedSchema.optional(),
})
export type Wanted = z.infer<typeof wantedSchema>

const performanceWindows = z.array(
  z.object({
    verdict: performanceVerdict,
    window: windowSchema,
    /** It led to a retraining that brought nothing: only others may lead to the next one. */
    spent: z.literal(true).optional(),
  }),
)

/** The life of one model as its steward knows it: plain JSON, saved to PostgreSQL after every event. */
export const stewardStateSchema = z.object({
  schema: z.literal('driftgate-steward/1'),
  model: z.string(),
  /** Ids of the latest events, oldest first: one that comes again is dropped. */
  seen: z.array(z.string()),
  /** The latest judged windows under the version in force, by event time. */
  windows: z.array(z.object({ verdict: verdictName, window: windowSchema })),
  /** The open incident of each kind. */
  drift: incidentSchema.nullable(),
  dataQuality: incidentSchema.nullable(),
  performance: incidentSchema.nullable().default(null),
  /** The latest windows whose performance was judged under the version in force, by what judged them and event time. */
  performanceWindows: z
    .object({ labels: performanceWindows, estimate: performanceWindows })
    .default({ labels: [], estimate: [] }),
  /** Windows that start before are none of the version in force, ISO 8601; null: it is the first. */
  performanceFrom: z.string().nullable().default(null),
  /** The latest notice of each cause that the owners were told of, open or resolved. */
  notices: z.array(noticeSchema).default([]),
  /** Why nothing starts by itself for an open incident of drift or performance, until a person asks. */
  held: z.string().nullable(),
  wanted: wantedSchema.nullable(),
  retraining: retrainInputSchema.nullable(),
  release: releaseInputSchema.nullable(),
  /** References that wait at the gate, the oldest first. */
  absorbing: z.array(releaseInputSchema).default([]),
  /** Policies of the gate that are asked for at the one in force, the oldest first. */
  policies: z.array(releaseInputSchema).default([]),
  /** Drift of windows that start before was absorbed, ISO 8601; null: none was. */
  absorbedBefore: z.string().nullable().default(null),
  /** When the latest retraining ended, ISO 8601; the cooldown counts from here. */
  lastEndedAt: z.string().nullable(),
  /** The latest promotion, and whether it helped; null: too early to say. */
  lastPromotion: z
    .object({
      version: z.string(),
      at: z.string(),
      helped: z.boolean().nullable(),
      /** The kinds of incidents that it answered; absent: drift, or none. */
      of: z.array(incidentKind).optional(),
      /** It was better than the one before on rows that neither had learned from; absent: nobody measured so. */
      gained: z.literal(true).optional(),
    })
    .nullable(),
  /** Retrainings in a row that gained nothing, since one helped or a person asked. */
  gainless: z.number().int().default(0),
  /** Why a refresh that is due has not been asked for; null: none is due, or it was. */
  refresh: z.string().nullable().default(null),
})
export type StewardState = z.infer<typeof stewardStateSchema>

/** What the governor needs of a model's settings; durations in milliseconds. */
export const governorSettingsSchema = z.object({
  policy: retrainingPolicy,
  windows: z.number(),
  outOf: z.number(),
  minimumLabels: z.number(),
  cooldown: z.number(),
  labelPoll: z.number(),
  /** Others are told of what nobody has acknowledged for so long; null or absent: never. */
  escalateAfter: z.number().nullable().optional(),
  /** What an older worker did not know; absent: none of it holds, so that what it recorded replays as it was. */
  limits: z
    .object({
      /** After so many retrainings in a row that gained nothing a person is asked. */
      gainless: z.number(),
      /** Inputs that move on say nothing against a version that was better; absent: they did. */
      gains: z.literal(true).optional(),
      /** The freeze of retraining that holds now. */
      freeze: freezeSchema.nullable(),
      /** A training without drift, so often; null: never. */
      refresh: z
        .object({
          /** Milliseconds. */
          every: z.number(),
          /** So long after the last training that is known, ISO 8601. */
          dueAt: z.string(),
        })
        .nullable(),
    })
    .optional(),
})
export type GovernorSettings = z.infer<typeof governorSettingsSchema>
