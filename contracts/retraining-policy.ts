import { z } from 'zod'
import type { IncidentKind } from './incident.ts'

/** Start by itself, wait for a person, or never; a person may always ask. */
export const retrainingWord = z.enum(['automatic', 'suggest', 'never'])
export type RetrainingWord = z.infer<typeof retrainingWord>

/** One word for every incident that may lead to a retraining, or one for each kind. */
export const retrainingPolicy = z.union([
  retrainingWord,
  z.strictObject({
    DRIFT: retrainingWord.default('suggest').describe('inputs or scores have changed'),
    PERFORMANCE: retrainingWord.default('suggest').describe('labels say that it does worse'),
    DATA_QUALITY: z
      .literal('never')
      .default('never')
      .describe('nothing is retrained on broken data'),
  }),
])
export type RetrainingPolicy = z.infer<typeof retrainingPolicy>

/** What holds for one kind of incident. */
export function policyFor(policy: RetrainingPolicy, kind: IncidentKind): RetrainingWord {
  if (kind === 'DATA_QUALITY') return 'never'
  return typeof policy === 'string' ? policy : policy[kind]
}

/** Whether any kind of incident has this word. */
export const anyPolicyIs = (policy: RetrainingPolicy, word: RetrainingWord): boolean =>
  policyFor(policy, 'DRIFT') === word || policyFor(policy, 'PERFORMANCE') === word

/** Nothing is ever retrained by itself, nor suggested. */
export const neverRetrains = (policy: RetrainingPolicy): boolean =>
  policyFor(policy, 'DRIFT') === 'never' && policyFor(policy, 'PERFORMANCE') === 'never'
