import { z } from 'zod'
import { gateRules } from './gate-rules.ts'

/** What one policy of a gate lets through that another does not, or the other way round. */
export const policyDifference = z.object({
  /** `looser`: something may move that could not before, or sooner, or by other people. */
  direction: z.enum(['looser', 'tighter']),
  what: z.string(),
})
export type PolicyDifference = z.infer<typeof policyDifference>

/** A looser policy that was applied and is asked for at the gate of the one in force. */
export const askedPolicy = z.object({
  model: z.string(),
  /** The version of the configuration that holds it, and who applied that, by name. */
  configVersion: z.number().int(),
  appliedBy: z.string(),
  appliedAt: z.string(),
  differences: z.array(policyDifference),
  /** In force when it was asked for, and what takes its place. */
  before: gateRules,
  after: gateRules,
})
export type AskedPolicy = z.infer<typeof askedPolicy>

/** A policy that was applied and is not in force. */
export const pendingPolicy = z.object({
  model: z.string(),
  configVersion: z.number().int(),
  appliedBy: z.string(),
  differences: z.array(policyDifference),
  /** At which it is asked for, `<model>/<n>`. */
  release: z.string(),
  /** `asking`: the request is on its way to the gate. */
  state: z.enum(['asking', 'waiting', 'promoting', 'rejected', 'expired', 'void', 'failed']),
  /** How it ended, in a sentence; empty while it has not. */
  reason: z.string(),
})
export type PendingPolicy = z.infer<typeof pendingPolicy>

/** Models whose applied policy differs from the one that was in force, and in what. */
export const gateChanges = z.array(
  z.object({
    model: z.string(),
    direction: z.enum(['tighter', 'looser']),
    differences: z.array(z.string()),
    /** What is looser has to pass the gate in force first. */
    inForce: z.boolean().default(true),
    /** How it stands with what is not; null: it is in force, or a dry run asks for nothing. */
    pending: pendingPolicy.nullable().default(null),
  }),
)
