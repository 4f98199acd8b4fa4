import { z } from 'zod'
import { viaSchema } from './chat-answer.ts'
import { comparisonSchema } from './comparison.ts'
import { gatePolicy } from './gate-policy.ts'
import { personClaims } from './person-claims.ts'
import { askedPolicy } from './policy-change.ts'
import { proposalSchema } from './proposal.ts'
import { orderCommand, rolloutViewSchema } from './rollout.ts'
import { metricsSchema } from './training.ts'

/** A release that was rolled back is asked for once more: which, by whom, and why. */
export const reinstates = z.object({ release: z.string(), by: z.string(), reason: z.string() })
export type Reinstates = z.infer<typeof reinstates>

/** What is shown of a version that shall take the traffic. */
export const releaseEvidenceSchema = z.object({
  schema: z.literal('driftgate-evidence/1'),
  model: z.string(),
  candidate: z.object({ version: z.string(), runKey: z.string(), digest: z.string() }),
  champion: z.object({ version: z.string() }),
  /** Event time of the rows the candidate was trained and judged on. */
  trainedOn: z.object({ start: z.string(), end: z.string() }),
  heldOut: z.object({ start: z.string(), end: z.string(), rows: z.number() }),
  /** Both on the same held-out rows. */
  metrics: z.object({ champion: metricsSchema, candidate: metricsSchema }),
  /** The paired test and its guards; absent: it was compared before there were any. */
  comparison: comparisonSchema.optional(),
  /** `verdict`: its id, the start of its window. */
  driftReport: z.object({ verdict: z.string(), evidenceDigest: z.string() }).nullable(),
  policy: gatePolicy,
  /** It was taken back before, and somebody asks for it once more. */
  reinstates: reinstates.optional(),
  /** How its traffic comes to all of it, in words, a step each; absent: at once. */
  rollout: z.array(z.string()).optional(),
  /** The rollout target's generation when the request was made; it moves when anybody else moves the target. */
  targetGeneration: z.string(),
  /** Filled by later capabilities. */
  segments: z.array(z.unknown()).default([]),
  labelCoverage: z.number().nullable().default(null),
  provisional: z.array(z.string()).default([]),
  knownLimits: z.array(z.string()).default([]),
})
export type ReleaseEvidence = z.infer<typeof releaseEvidenceSchema>

/** What is undecided never passes by itself: people are asked, also for a model that is not critical. */
export const asksPeople = ({ policy, comparison }: ReleaseEvidence): boolean =>
  policy.critical || comparison?.result === 'UNDECIDED'

/** What is shown of a reference that windows shall be held against. */
export const proposalEvidenceSchema = proposalSchema.extend({
  schema: z.literal('driftgate-proposal-evidence/1'),
  policy: gatePolicy,
})
export type ProposalEvidence = z.infer<typeof proposalEvidenceSchema>

/** What is shown of a policy that lets more through than the one in force, which is the one that is asked by. */
export const policyEvidenceSchema = askedPolicy.extend({
  schema: z.literal('driftgate-policy-evidence/1'),
  policy: gatePolicy,
})
export type PolicyEvidence = z.infer<typeof policyEvidenceSchema>

/** Everything an approver is shown. A decision is bound to the digest of exactly this. */
export const evidenceSchema = z.discriminatedUnion('schema', [
  releaseEvidenceSchema,
  proposalEvidenceSchema,
  policyEvidenceSchema,
])
export type Evidence = z.infer<typeof evidenceSchema>

/** What a release puts in place: a version of the model, a reference, or a policy of its gate. */
export const releaseSubject = z.enum(['version', 'reference', 'policy'])
export type ReleaseSubject = z.infer<typeof releaseSubject>

const subjects: Readonly<Record<Evidence['schema'], ReleaseSubject>> = {
  'driftgate-evidence/1': 'version',
  'driftgate-proposal-evidence/1': 'reference',
  'driftgate-policy-evidence/1': 'policy',
}

export const subjectOf = ({ schema }: Pick<Evidence, 'schema'>): ReleaseSubject => subjects[schema]

export const answer = z.enum(['approve', 'reject'])
export type Answer = z.infer<typeof answer>

/** What crosses into the release workflow, by Signal or Update: the gateway's token says who and what. */
export const decisionMessageSchema = z.strictObject({
  schema: z.literal('driftgate-decision/1'),
  token: z.string().min(1),
  reason: z.string().max(2_000),
})
export type DecisionMessage = z.infer<typeof decisionMessageSchema>

/** The claims of a decision token, checked by an activity before the reducer sees them. */
export const decisionClaimsSchema = personClaims.extend({
  digest: z.string(),
  answer,
  /** Which way it came; absent: from the page or a terminal. */
  via: viaSchema.optional(),
  /** Alone and at once. */
  breakGlass: z.boolean().optional(),
  /** Absent: an answer to the request itself. */
  purpose: z.enum(['review', 'drill']).optional(),
})
export type DecisionClaims = z.infer<typeof decisionClaimsSchema>

/** What the person is told at once. */
export const outcomeName = z.enum([
  'APPROVED',
  'REJECTED',
  'WITHDRAWN',
  'ACCEPTED_PENDING_QUORUM',
  'DUPLICATE',
  'STALE_EVIDENCE',
  'EXPIRED',
  'NOT_AUTHORISED',
  'SELF_APPROVAL',
  'ALREADY_DECIDED',
  'TOKEN_INVALID',
  'PAUSED',
  'RESUMED',
  'ABORTED',
  'ROLLED_BACK',
  'NOT_NOW',
])
export type OutcomeName = z.infer<typeof outcomeName>

export const outcomeSchema = z.object({
  outcome: outcomeName,
  sentence: z.string(),
  release: z.string(),
  by: z.string().optional(),
  at: z.string().optional(),
})
export type Outcome = z.infer<typeof outcomeSchema>

/** How far an approval brought a quorum. */
export const quorumSchema = z.object({
  of: z.number().int(),
  /** Who counts for what, a person each. */
  taken: z.array(z.object({ person: z.string(), place: z.string() })),
  /** In words; empty: it is complete. */
  missing: z.string(),
})
export type Quorum = z.infer<typeof quorumSchema>

export const releaseState = z.enum([
  'waiting',
  'promoting',
  'promoted',
  'rolled-back',
  'rejected',
  'expired',
  'void',
  'failed',
])
export type ReleaseState = z.infer<typeof releaseState>

const underWay: readonly ReleaseState[] = ['waiting', 'promoting']

/** Whether it stays as it is: everything else goes on, and is waited for. */
export const hasEnded = (state: ReleaseState): boolean => !underWay.includes(state)

/** What is approved moves afterwards. */
export const freezeSchema = z.object({ until: z.string(), reasons: z.array(z.string()).readonly() })
export type Freeze = z.infer<typeof freezeSchema>

/** What others have to think of afterwards: it was approved by breaking the glass. */
export const reviewSchema = z.object({
  state: z.enum(['open', 'upheld', 'objected']),
  brokenBy: z.string(),
  reason: z.string(),
  openedAt: z.string(),
  dueAt: z.string(),
  endedAt: z.string().nullable(),
  /** Since when it is overdue; null: it is not, or was not when it ended. */
  overdueSince: z.string().nullable(),
})
export type Review = z.infer<typeof reviewSchema>

/** A release as the gateway, the page and the command line show it. */
export const releaseViewSchema = z.object({
  release: z.string(),
  model: z.string(),
  state: releaseState,
  /** Why it ended as it did; absent: it goes on. */
  reason: z.string().optional(),
  requestedBy: z.array(z.string()),
  openedAt: z.string(),
  /** When what is shown was asked: approvals of before count no more; absent: when it was opened. */
  askedAt: z.string().optional(),
  expiresAt: z.string(),
  /** Until when nothing moves; null or absent: no freeze holds now. */
  freeze: freezeSchema.nullable().optional(),
  /** Since when others are asked too; absent: they are not. */
  escalatedAt: z.string().optional(),
  review: reviewSchema.optional(),
  /** How its traffic moves or moved; null or absent: not in steps. */
  rollout: rolloutViewSchema.nullable().optional(),
  evidence: evidenceSchema,
  evidenceDigest: z.string(),
  decisions: z.array(
    z.object({
      seq: z.number(),
      /** By name. */
      person: z.string(),
      /** The account, and whose it is where that is known by another name. */
      account: z.string().optional(),
      accountOf: z.string().optional(),
      /** Name of whoever handed over the right that was used. */
      onBehalfOf: z.string().optional(),
      brokeGlass: z.boolean().optional(),
      /** It is what somebody thinks of what was approved so. */
      review: z.boolean().optional(),
      quorum: quorumSchema.optional(),
      answer: answer.nullable(),
      /** It is no answer but an order. */
      order: orderCommand.optional(),
      outcome: outcomeName,
      reason: z.string(),
      at: z.string(),
      hash: z.string(),
    }),
  ),
})
export type ReleaseView = z.infer<typeof releaseViewSchema>
