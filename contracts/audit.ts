import { z } from 'zod'

/** A link of the chain as it was hashed: `decision` is the text, not what was made of it. */
export const auditDecision = z.object({
  kind: z.literal('decision'),
  seq: z.number().int().positive(),
  decision: z.string(),
  prevHash: z.string(),
  hash: z.string(),
})
export type AuditDecision = z.infer<typeof auditDecision>

/** What people were shown; its digest is that of its canonical JSON. */
export const auditEvidence = z.object({
  kind: z.literal('evidence'),
  digest: z.string(),
  release: z.string(),
  shownAt: z.string(),
  evidence: z.unknown(),
})
export type AuditEvidence = z.infer<typeof auditEvidence>

export const auditEntry = z.discriminatedUnion('kind', [auditEvidence, auditDecision])
export type AuditEntry = z.infer<typeof auditEntry>

export const auditQuery = z.object({ after: z.coerce.number().int().nonnegative().default(0) })

/** Decisions in their order, each page with the evidence that its decisions name; `last` where none follow. */
export const auditAnswer = z.object({
  schema: z.literal('driftgate-audit-page/1'),
  environment: z.string(),
  entries: z.array(auditEntry),
  last: z.boolean(),
})
export type AuditAnswer = z.infer<typeof auditAnswer>

/** First line of an export; entries follow, a line each, evidence before the first decision on it. */
export const auditHeader = z.object({
  schema: z.literal('driftgate-audit/1'),
  environment: z.string(),
  exportedAt: z.string(),
  decisions: z.number().int().nonnegative(),
  head: z.string(),
})
export type AuditHeader = z.infer<typeof auditHeader>

/** What `driftgate audit` found. */
export interface AuditResult {
  readonly schema: 'driftgate-audit-result/1'
  readonly environment: string
  readonly decisions: number
  readonly releases: number
  readonly evidence: number
  /** Of the last decision; the start of the chain where there is none. */
  readonly head: string
  /** Number of the decision that the kept head belongs to; null: none was given. */
  readonly keptHead: number | null
  readonly from: string | null
  readonly to: string | null
  readonly outcomes: Readonly<Record<string, number>>
}
