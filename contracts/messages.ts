import { z } from 'zod'
import { comparisonResult } from './comparison.ts'
import { incidentKind } from './incident.ts'
import { noticeCause } from './notice.ts'
import { reinstates } from './release.ts'
import { verdictName, windowSchema } from './report.ts'

/** Workflow types, as the Temporal UI shows them. */
export const workflowNames = {
  scan: 'scan',
  labels: 'labels',
  estimates: 'estimates',
  repair: 'repair',
  housekeeping: 'housekeeping',
  reconcile: 'reconcile',
  backfill: 'backfill',
  absorb: 'absorb',
  recompute: 'recompute',
  erase: 'erase',
  steward: 'steward',
  retrain: 'retrain',
  release: 'release',
  review: 'review',
  drill: 'drill',
  rollback: 'rollback',
} as const

/** Task queues, one per resource; `temporal.prefix` of the settings is put before. */
export const taskQueues = {
  orchestration: 'orchestration',
  scan: 'scan',
  training: 'training',
  release: 'release',
} as const
export type TaskQueue = keyof typeof taskQueues

/** Signals, Updates and Queries by the name every client uses. */
export const messageNames = {
  /** Signal to the steward: a scan reached a verdict. */
  verdictReached: 'verdict-reached',
  /** Signal to the steward: a window was judged by its labels, or by an estimate before they came. */
  performanceJudged: 'performance-judged',
  /** Signal to the steward: a child ended. */
  childEnded: 'child-ended',
  /** Signal to the steward: a person asks for a retraining. */
  retrainRequested: 'retrain-requested',
  /** Signal to the steward: a person proposes that what the log holds is the new normal. */
  absorbRequested: 'absorb-requested',
  /** Signal to the steward: a looser policy of the gate was applied. */
  policyRequested: 'policy-requested',
  /** Signal to the steward: a person asks once more for what was rolled back. */
  reinstateRequested: 'reinstate-requested',
  /** Signal to the steward: a person has seen an incident or a notice and takes care. */
  acknowledged: 'acknowledged',
  /** Signal to the steward: a person ended what held all models. */
  stormReleased: 'storm-released',
  /** Signal to the steward: something of ours does not work, or works again. */
  troubleSeen: 'trouble-seen',
  /** Signal and Update to the release, Update to its review: a person's answer. */
  decide: 'decide',
  /** Update to the release: a person orders something of its traffic. */
  order: 'order',
  /** Signal to the release: what it shows may not be so any more. */
  lookAgain: 'look-again',
  /** Query of steward and release. */
  state: 'state',
} as const

/** Registered with Temporal before any worker starts. */
export const searchAttributes = {
  DriftgateModel: 'Keyword',
  DriftgateVerdict: 'Keyword',
  DriftgatePhase: 'Keyword',
} as const

/** Every workflow input names the task-queue prefix it runs under, so that children stay in the environment. */
export const scanInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** Overrides the scheduled time, for a scan asked for by hand; ISO 8601. */
  scheduledAt: z.string().optional(),
})
export type ScanInput = z.infer<typeof scanInputSchema>

/** Dead letters of a model are fetched again; returns `repairResultSchema` of `dead-letters.ts`. */
export const repairInputSchema = z.object({ model: z.string(), prefix: z.string() })
export type RepairInput = z.infer<typeof repairInputSchema>

/** Something of a prediction may still be kept: it goes. Returns `erasedResult` of `erasure.ts`. */
export const eraseInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** The number of the erasure: its id is in no message. */
  erasure: z.number().int(),
})
export type EraseInput = z.infer<typeof eraseInputSchema>

/** Older offsets of a model are read; returns `backfillPlan` of `backfill.ts`. */
export const backfillInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** ISO 8601. */
  since: z.string(),
})
export type BackfillInput = z.infer<typeof backfillInputSchema>

/** Verdicts of a model are judged again; returns `recomputeResult` of `recompute.ts`. */
export const recomputeInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** Windows that start in [from, to), ISO 8601; null: without an end on that side. */
  from: z.string().nullable(),
  to: z.string().nullable(),
})
export type RecomputeInput = z.infer<typeof recomputeInputSchema>

/** What may go goes; returns `housekeepingResult` of `storage.ts`. */
export const housekeepingInputSchema = z.object({ prefix: z.string() })
export type HousekeepingInput = z.infer<typeof housekeepingInputSchema>

/** What is outside is made what the record says; returns `reconciledSchema` of `reconcile.ts`. */
export const reconcileInputSchema = z.object({ prefix: z.string() })
export type ReconcileInput = z.infer<typeof reconcileInputSchema>

/** What a scan tells the steward, and returns. */
export const verdictMessageSchema = z.object({
  /** De-duplicates: `scan/<model>/<window start>`. */
  eventId: z.string(),
  model: z.string(),
  verdictId: z.string(),
  verdict: verdictName,
  window: windowSchema,
  /** How many windows the longest look merged that found drift; absent: 1. */
  span: z.number().int().optional(),
  evidenceDigest: z.string(),
  headline: z.string(),
})
export type VerdictMessage = z.infer<typeof verdictMessageSchema>

export const stewardInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  carried: z.unknown().optional(),
})
export type StewardInput = z.infer<typeof stewardInputSchema>

export const retrainInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  runKey: z.string(),
  incident: z.string().nullable(),
  /** Other open incidents that it answers; absent: none. */
  alsoFor: z.array(z.string()).optional(),
  /** Event time from which rows are used, ISO 8601. */
  from: z.string(),
  /** People and rules that asked for it: none of them may approve. */
  requestedBy: z.array(z.string()),
  reason: z.string(),
})
export type RetrainInput = z.infer<typeof retrainInputSchema>

export const retrainResultSchema = z.object({
  runKey: z.string(),
  outcome: z.enum(['candidate', 'not-better', 'failed', 'lost']),
  candidateVersion: z.string().nullable(),
  reason: z.string(),
  /** What the candidate is to the champion; absent: none was compared, or by an older worker. */
  compared: comparisonResult.optional(),
})
export type RetrainResult = z.infer<typeof retrainResultSchema>

export const releaseInputSchema = z.object({
  model: z.string(),
  prefix: z.string(),
  /** `<model>/<n>`; the workflow id is `release/<model>/<n>`. */
  release: z.string(),
  runKey: z.string(),
  candidateVersion: z.string(),
  incident: z.string().nullable(),
  requestedBy: z.array(z.string()),
  /** What the candidate is to the champion, as its retraining found; absent: nobody said. */
  compared: comparisonResult.optional(),
  /** Incidents that end with it, of a reference that was proposed under the run key; absent: a version is released. */
  absorbs: z.array(incidentKind).optional(),
  /** A policy of the gate that was asked for under the run key; absent: as `absorbs` says. */
  subject: z.literal('policy').optional(),
  /** It was rolled back before under another number; absent: it is asked for the first time. */
  reinstates: reinstates.optional(),
})
export type ReleaseInput = z.infer<typeof releaseInputSchema>

/** A release whose glass was broken is looked at by others. */
export const reviewInputSchema = releaseInputSchema.pick({
  model: true,
  prefix: true,
  release: true,
})
export type ReviewInput = z.infer<typeof reviewInputSchema>

export const childEndedSchema = z.discriminatedUnion('child', [
  z.object({ child: z.literal('retrain'), eventId: z.string(), result: retrainResultSchema }),
  z.object({
    child: z.literal('release'),
    eventId: z.string(),
    release: z.string(),
    state: z.string(),
    version: z.string().nullable(),
    /** How it ended, in a sentence; absent in messages of older releases. */
    reason: z.string().optional(),
    /** Of an absorbed reference: start of the first window that is held against it, ISO 8601. */
    windowsFrom: z.string().optional(),
  }),
])
export type ChildEnded = z.infer<typeof childEndedSchema>

export const retrainRequestSchema = z.object({
  eventId: z.string(),
  person: z.string(),
  reason: z.string(),
})
export type RetrainRequest = z.infer<typeof retrainRequestSchema>

/** A person has seen it and takes care; said again, the first who said it stays. */
export const acknowledgeMessageSchema = z.object({
  eventId: z.string(),
  /** Of an incident or of a notice. */
  id: z.string(),
  /** Subject and name of the person. */
  person: z.string(),
  name: z.string(),
})
export type AcknowledgeMessage = z.infer<typeof acknowledgeMessageSchema>

/** What the rounds that look after the house found of one cause; told when it changes. */
export const troubleMessageSchema = z.object({
  eventId: z.string(),
  cause: noticeCause,
  /** What is wrong, in a sentence; null: it is over. */
  trouble: z.string().nullable(),
  /** How it ended, in a sentence; absent: it works again. */
  ended: z.string().optional(),
  /** Others are told at once; absent: as the cause says. */
  urgent: z.literal(true).optional(),
})
export type TroubleMessage = z.infer<typeof troubleMessageSchema>

/** A reference was proposed: the steward puts it at the gate. */
export const absorbMessageSchema = z.object({
  eventId: z.string(),
  /** Of the proposal. */
  runKey: z.string(),
  version: z.string(),
  person: z.string(),
  absorbs: z.array(incidentKind),
})
export type AbsorbMessage = z.infer<typeof absorbMessageSchema>

/** A looser policy was applied: the steward asks for it at the gate in force. */
export const policyMessageSchema = z.object({
  eventId: z.string(),
  /** Under which it is kept. */
  runKey: z.string(),
  configVersion: z.number().int(),
  /** Subject of who applied it. */
  person: z.string(),
})
export type PolicyMessage = z.infer<typeof policyMessageSchema>

/** Ids, with the environment's prefix. */
export const workflowId = {
  scan: (prefix: string, model: string, windowStart: string) =>
    `${prefix}scan/${model}/${windowStart}`,
  labels: (prefix: string, model: string) => `${prefix}labels/${model}`,
  estimates: (prefix: string, model: string) => `${prefix}estimates/${model}`,
  repair: (prefix: string, model: string) => `${prefix}repair/${model}`,
  backfill: (prefix: string, model: string) => `${prefix}backfill/${model}`,
  absorb: (prefix: string, model: string, ask: string) => `${prefix}absorb/${model}/${ask}`,
  recompute: (
    prefix: string,
    model: string,
    { from, to }: { readonly from: string | null; readonly to: string | null },
  ) => `${prefix}recompute/${model}/${from ?? ''}..${to ?? ''}`,
  erase: (prefix: string, model: string, erasure: number) => `${prefix}erase/${model}/${erasure}`,
  housekeeping: (prefix: string) => `${prefix}housekeeping`,
  reconcile: (prefix: string) => `${prefix}reconcile`,
  steward: (prefix: string, model: string) => `${prefix}model/${model}`,
  retrain: (prefix: string, model: string, runKey: string) => `${prefix}retrain/${model}/${runKey}`,
  release: (prefix: string, release: string) => `${prefix}release/${release}`,
  review: (prefix: string, release: string) => `${prefix}review/${release}`,
  rollback: (prefix: string, release: string) => `${prefix}rollback/${release}`,
  schedule: (prefix: string, model: string) => `${prefix}scan/${model}`,
} as const
