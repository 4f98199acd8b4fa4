import { messageNames, taskQueues, workflowId, workflowNames } from '../../contracts/messages.ts'
import type { Outcome } from '../../contracts/release.ts'
import type { RollbackInput } from '../../contracts/release-messages.ts'
import type { OrderMessage } from '../../contracts/rollout.ts'
import type { Environment } from './messages.ts'
import { codedUpdate, orNull } from './workflow-errors.ts'

/**
 * A person's order to a release whose traffic moves, judged and recorded when this returns; the same `updateId` is one
 * order. Null when the release is closed or unknown. Errors: the code of whatever the release answered.
 */
export const order = (
  { client, prefix }: Environment,
  release: string,
  message: OrderMessage,
  updateId: string,
): Promise<Outcome | null> =>
  orNull(() =>
    codedUpdate(() =>
      client.workflow
        .getHandle(workflowId.release(prefix, release))
        .executeUpdate<Outcome, [OrderMessage]>(messageNames.order, { args: [message], updateId }),
    ),
  )

/** Takes back what a release that has ended moved; ordered twice at once, it is one. Returns what came of it. */
export const rollBack = (
  { client, prefix }: Environment,
  { model, release, message }: { model: string; release: string; message: OrderMessage },
): Promise<Outcome> =>
  client.workflow.execute<(input: RollbackInput) => Promise<Outcome>>(workflowNames.rollback, {
    workflowId: workflowId.rollback(prefix, release),
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ model, prefix, release, message }],
  })
