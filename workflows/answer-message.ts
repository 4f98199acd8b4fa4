import { ApplicationFailure } from '@temporalio/workflow'
import { type DecisionMessage, decisionMessageSchema } from '../contracts/release.ts'
import { type OrderMessage, orderMessageSchema } from '../contracts/rollout.ts'

/** Synchronous, as an Update's validator must be: only what is no such message at all is refused here. */
const refusing =
  (schema: typeof decisionMessageSchema | typeof orderMessageSchema, what: string) =>
  (message: DecisionMessage | OrderMessage): void => {
    const { success, error } = schema.safeParse(message)
    if (success) return
    const reason = error.issues
      .map(({ path, message: wrong }) => `${path.join('.')} ${wrong}`.trim())
      .join('; ')
    throw ApplicationFailure.create({
      type: 'DECISION_MALFORMED',
      message: `this is not ${what}: ${reason}`,
      nonRetryable: true,
      details: [{ reason }],
    })
  }

export const refuseMalformed = refusing(decisionMessageSchema, 'a decision')
export const refuseMalformedOrder = refusing(orderMessageSchema, 'an order')
