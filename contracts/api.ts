import { z } from 'zod'
import { readinessSchema } from './drill.ts'
import { acknowledgedSchema, incidentKind, incidentSchema } from './incident.ts'
import { noticeSchema } from './notice.ts'
import { pendingPolicy } from './policy-change.ts'
import { absorbedOrigin } from './reference-upload.ts'
import { answer, releaseState, releaseSubject, releaseViewSchema } from './release.ts'
import { featureState, verdictName, windowSchema } from './report.ts'
import { decisionsOfRetraining } from './retraining-answer.ts'

/**
 * What crosses between the gateway and its clients beside reports, incidents and releases.
 * Which route takes and answers what is in `gateway/openapi`.
 */
export const modelParams = z.object({ model: z.string() })
export const verdictParams = modelParams.extend({ verdict: z.string() })
export const scanParams = modelParams.extend({ scan: z.string() })
export const absorbParams = modelParams.extend({ ask: z.string() })
/** Of an incident or of a notice, as its id has them. */
export const concernParams = modelParams.extend({ kind: z.string(), start: z.string() })
export const releaseParams = modelParams.extend({ n: z.string().max(12) })
export const releasesQuery = z.object({
  model: z.string().optional(),
  state: releaseState.optional(),
})

export const verdictSummary = z.object({
  id: z.string(),
  verdict: verdictName,
  window: windowSchema,
  headline: z.string(),
  /** When it was reached, ISO 8601. */
  at: z.string(),
})
export type VerdictSummary = z.infer<typeof verdictSummary>

/** Windows that begin at or after it, ISO 8601. */
export const verdictsQuery = z.object({ since: z.iso.datetime({ offset: true }).optional() })

/** `again`: the last look at the window after its verdict, instead of the verdict. */
export const verdictQuery = z.object({ again: z.stringbool().default(false) })

/** Windows up to the one that starts at `until`, ISO 8601; up to the latest by default. */
export const historyQuery = z.object({ until: z.iso.datetime({ offset: true }).optional() })

/** A verdict of the past with how each feature stood, for pictures. */
export const historyEntry = verdictSummary.extend({
  features: z.array(
    z.object({
      feature: z.string(),
      segment: z.string().optional(),
      /** Windows that were merged for this look. */
      windows: z.number().int(),
      /** Absent: there is only one. */
      reference: z.string().optional(),
      state: featureState,
      detector: z.string(),
      effect: z.number(),
      minimumEffect: z.number(),
    }),
  ),
})
export type HistoryEntry = z.infer<typeof historyEntry>

export const modelView = z.object({
  model: z.string(),
  critical: z.boolean(),
  owners: z.array(z.string()),
  /** Whom to call about it; null: nobody is named. */
  onCall: z.string().nullable().default(null),
  /** The version that serves now; null where nobody knows. */
  champion: z.string().nullable(),
  /** Of the reference in force, where it was absorbed from the log. */
  absorbed: absorbedOrigin.extend({ windowsFrom: z.string() }).nullable().default(null),
  verdict: verdictSummary.nullable(),
  /** The latest that is open. */
  incident: incidentSchema.nullable(),
  /** Kinds of others that are open beside it. */
  alsoOpen: z.array(incidentKind).default([]),
  /** A retraining that is wanted and has not started. */
  wish: z
    .object({
      requestedBy: z.array(z.string()),
      reason: z.string(),
      /** What it waits for, in a sentence. */
      waits: z.string(),
      /** When it may start at the earliest, ISO 8601; null: nobody knows. */
      until: z.string().nullable(),
    })
    .nullable()
    .default(null),
  retraining: z
    .object({
      runKey: z.string(),
      state: z.string(),
      since: z.string(),
      /** What the job does now, while it runs. */
      stage: z.string().nullable(),
      /** Spark's tasks of this stage, and its pages of the job; null: nothing is known of them. */
      tasks: z.object({ done: z.number().int(), of: z.number().int() }).nullable().default(null),
      page: z.string().nullable().default(null),
      /** How it ended, and what a job that failed printed last. */
      result: z.string().nullable().default(null),
      lastLines: z.array(z.string()).default([]),
    })
    .nullable(),
  release: z
    .object({
      release: z.string(),
      state: releaseState,
      /** What takes its place when it is approved. */
      subject: releaseSubject.default('version'),
      candidate: z.string(),
      expiresAt: z.string(),
    })
    .nullable(),
  /** The gate of the applied configuration, where it is not in force. */
  policy: pendingPolicy.nullable().default(null),
  /** Whether a release would go through today; null: no drill is configured. */
  readiness: readinessSchema.nullable().default(null),
})
export type ModelView = z.infer<typeof modelView>

export const modelsAnswer = z.object({
  schema: z.literal('driftgate-models/1'),
  models: z.array(modelView),
})
export const verdictsAnswer = z.object({
  schema: z.literal('driftgate-verdicts/1'),
  verdicts: z.array(verdictSummary),
})
export const historyAnswer = z.object({
  schema: z.literal('driftgate-history/1'),
  windows: z.array(historyEntry),
})
export const incidentsAnswer = z.object({
  schema: z.literal('driftgate-incidents/1'),
  incidents: z.array(incidentSchema),
})
export const noticesAnswer = z.object({
  schema: z.literal('driftgate-notices/1'),
  notices: z.array(noticeSchema),
})

/** What a person who takes care of an incident or a notice is told at once. */
export const acknowledgeAnswer = z.object({
  schema: z.literal('driftgate-acknowledge/1'),
  id: z.string(),
  /** `ASKED`: the steward has it and has not answered yet. */
  outcome: z.enum(['ACKNOWLEDGED', 'ALREADY_ACKNOWLEDGED', 'RESOLVED', 'ASKED']),
  sentence: z.string(),
  acknowledged: acknowledgedSchema.nullable(),
})
export type AcknowledgeAnswer = z.infer<typeof acknowledgeAnswer>

/** `at`: judge the window that a schedule firing then would judge; ISO 8601, now by default. */
export const scanRequest = z.strictObject({ at: z.iso.datetime({ offset: true }).optional() })

export const scanAnswer = z.object({
  schema: z.literal('driftgate-scan/1'),
  /** Names the scan in `GET models/:model/scans/:scan`. */
  scan: z.string(),
  workflowId: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  /** Set when it is done. */
  verdictId: z.string().nullable(),
  /** Why it failed; while it runs: why its step failed last, which is tried again. */
  reason: z.string().nullable(),
})
export type ScanAnswer = z.infer<typeof scanAnswer>

/** `ask`: said again with the same one, it is the same request. */
export const retrainBody = z.strictObject({
  reason: z.string().trim().min(1).max(2_000),
  ask: z.uuid().optional(),
})
export const retrainAnswer = z.object({
  schema: z.literal('driftgate-retrain/1'),
  model: z.string(),
  /** De-duplicates the request; the retraining that follows gets a run key of its own. */
  eventId: z.string(),
})

export const retrainingsAnswer = z.object({
  schema: z.literal('driftgate-retrainings/1'),
  retrainings: z.array(
    z.object({
      runKey: z.string(),
      state: z.string(),
      requestedBy: z.array(z.string()),
      reason: z.string(),
      submissionId: z.string().nullable(),
      preparedAt: z.string(),
      endedAt: z.string().nullable(),
      result: z.string().nullable(),
      /** What a job that failed printed last. */
      lastLines: z.array(z.string()).default([]),
    }),
  ),
  /** What the steward said of retraining it, whenever that was something else; the newest first. */
  decisions: decisionsOfRetraining.default([]),
})
export type RetrainingsAnswer = z.infer<typeof retrainingsAnswer>

export const releasesAnswer = z.object({
  schema: z.literal('driftgate-releases/1'),
  releases: z.array(releaseViewSchema),
  /** Policies of the applied configuration that are not in force. */
  policies: z.array(pendingPolicy).default([]),
})

/** `digest`: of the evidence that the person was shown; other evidence is answered with STALE_EVIDENCE. */
export const tokenRequest = z.strictObject({ answer, digest: z.string().min(1).max(200) })

/** Who decides is whoever the bearer token names: a name in the request is refused. */
export const decisionRequest = tokenRequest
  .extend({
    reason: z.string().trim().max(2_000).default(''),
    /** Alone and at once, for whoever may; others review it afterwards. */
    breakGlass: z.boolean().optional(),
  })
  .refine(({ answer, breakGlass }) => !breakGlass || answer === 'approve', {
    path: ['breakGlass'],
    message: 'the glass is broken to approve',
  })
  .refine(({ breakGlass, reason }) => !breakGlass || reason !== '', {
    path: ['reason'],
    message: 'whoever breaks the glass has to say why',
  })
  .refine(({ answer, reason }) => answer === 'approve' || reason !== '', {
    path: ['reason'],
    message: 'a rejection needs a reason',
  })
export type DecisionRequest = z.infer<typeof decisionRequest>

export const tokenAnswer = z.object({
  schema: z.literal('driftgate-token/1'),
  token: z.string(),
  expiresAt: z.string(),
  /** Where a Signal that carries it has to go. */
  signal: z.object({
    address: z.string(),
    namespace: z.string(),
    workflowId: z.string(),
    name: z.string(),
  }),
})
export type TokenAnswer = z.infer<typeof tokenAnswer>

export const meAnswer = z.object({
  schema: z.literal('driftgate-me/1'),
  subject: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  groups: z.array(z.string()).default([]),
})

/** What a terminal needs to sign somebody in. */
export const signInAnswer = z.object({
  schema: z.literal('driftgate-sign-in/1'),
  issuer: z.string(),
  clientId: z.string(),
})

/** `ready`: PostgreSQL, Temporal and the identity provider answer; whoever is not ready answers with a problem. */
export const healthAnswer = z.object({
  status: z.enum(['ok', 'ready']),
  environment: z.string(),
})

/** An error as the gateway answers it (RFC 9457, `application/problem+json`). */
export const problemAnswer = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  help: z.string(),
  /** Path of the request. */
  instance: z.string().optional(),
  details: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional(),
  problems: z.array(z.record(z.string(), z.unknown())).optional(),
})
