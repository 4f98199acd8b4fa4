import { ApplicationFailure } from '@temporalio/workflow'
import { type DecisionMessage, decisionMessageSchema } from '../contracts/release.ts'

/** Synchronous, as an Update's validator must be: only what is no decision at all is refused here. */
export function refuseMalformed(message: DecisionMessage): void {
  const { success, error } = decisionMessageSchema.safeParse(message)
  if (success) return
  const reason = error.issues
    .map(({ path, message: what }) => `${path.join('.')} ${what}`.trim())
    .join('; ')
  throw ApplicationFailure.create({
    type: 'DECISION_MALFORMED',
    message: `this is not a decision: ${reason}`,
    nonRetryable: true,
    details: [{ reason }],
  })
}
