import { z } from 'zod'
import { incidentSchema } from './incident.ts'
import { releaseState } from './release.ts'
import { verdictName, windowSchema } from './report.ts'

/**
 * What crosses between the gateway and its clients beside reports, incidents and releases.
 *
 * | route under /v1 | answers |
 * | --- | --- |
 * | GET models | `modelsAnswer` |
 * | GET models/:model | `modelView` |
 * | GET models/:model/verdicts | `verdictsAnswer`, the newest first |
 * | GET models/:model/verdicts/:id | the report; `latest` is an id too |
 * | GET models/:model/incidents | `incidentsAnswer` |
 * | POST models/:model/scan `scanRequest` | `scanAnswer`, at once |
 * | GET models/:model/scans/:scan | `scanAnswer` |
 * | POST models/:model/retrain `retrainBody` | `retrainAnswer` |
 * | PUT config `applyRequest` | `applyAnswer` |
 */
export const verdictSummary = z.object({
  id: z.string(),
  verdict: verdictName,
  window: windowSchema,
  headline: z.string(),
  /** When it was reached, ISO 8601. */
  at: z.string(),
})
export type VerdictSummary = z.infer<typeof verdictSummary>

export const modelView = z.object({
  model: z.string(),
  critical: z.boolean(),
  owners: z.array(z.string()),
  /** The version that serves now; null where nobody knows. */
  champion: z.string().nullable(),
  verdict: verdictSummary.nullable(),
  incident: incidentSchema.nullable(),
  retraining: z.object({ runKey: z.string(), state: z.string(), since: z.string() }).nullable(),
  release: z
    .object({
      release: z.string(),
      state: releaseState,
      candidate: z.string(),
      expiresAt: z.string(),
    })
    .nullable(),
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
export const incidentsAnswer = z.object({
  schema: z.literal('driftgate-incidents/1'),
  incidents: z.array(incidentSchema),
})

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
  /** Why it failed. */
  reason: z.string().nullable(),
})
export type ScanAnswer = z.infer<typeof scanAnswer>

export const retrainBody = z.strictObject({ reason: z.string().min(1).max(2_000) })
export const retrainAnswer = z.object({
  schema: z.literal('driftgate-retrain/1'),
  model: z.string(),
  /** De-duplicates the request; the retraining that follows gets a run key of its own. */
  eventId: z.string(),
})

/** The text as written, so that problems are answered with their places in it. */
export const applyRequest = z.strictObject({
  file: z.string(),
  text: z.string(),
  dryRun: z.boolean().default(false),
  /** Schedules are created paused: for replays that ask for each window themselves. */
  paused: z.boolean().default(false),
})

export const applyAnswer = z.object({
  schema: z.literal('driftgate-apply/1'),
  /** Of the configuration in force afterwards; for a dry run, of the one that would be. */
  version: z.number().int(),
  changed: z.boolean(),
  differences: z.array(
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
  schedules: z.object({
    created: z.array(z.string()),
    updated: z.array(z.string()),
    deleted: z.array(z.string()),
    unchanged: z.array(z.string()),
  }),
})
export type ApplyAnswer = z.infer<typeof applyAnswer>

/** An error as the gateway answers it (RFC 9457, `application/problem+json`). */
export const problemAnswer = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  help: z.string(),
  details: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional(),
  problems: z.array(z.record(z.string(), z.unknown())).optional(),
})
