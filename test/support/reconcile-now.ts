import type { Environment } from '../../adapters/temporal/messages.ts'
import { taskQueues, workflowId, workflowNames } from '../../contracts/messages.ts'
import type { Reconciled } from '../../contracts/reconcile.ts'

/** One round of repairs, now and not within the minute; what it did. */
export const reconcileNow = async ({ client, prefix }: Environment): Promise<Reconciled> =>
  (await client.workflow.execute(workflowNames.reconcile, {
    workflowId: `${workflowId.reconcile(prefix)}/by-hand`,
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ prefix }],
  })) as Reconciled
