import { ServiceError, WorkflowNotFoundError } from '@temporalio/client'
import { workflowId } from '../../contracts/messages.ts'
import type { Environment } from './messages.ts'
import { storedValue } from './stored-values.ts'

const patienceMs = 2_000

/**
 * What the job of a running retraining does now: the last stage that the activity which follows it has
 * told of. Null when nothing is known, also when Temporal does not answer: it is only for people to see.
 */
export async function retrainingStage(
  { client, prefix }: Environment,
  model: string,
  runKey: string,
): Promise<string | null> {
  try {
    const handle = client.workflow.getHandle(workflowId.retrain(prefix, model, runKey))
    const { raw } = await client.withDeadline(Date.now() + patienceMs, () => handle.describe())
    const told = raw.pendingActivities?.find(
      ({ heartbeatDetails }) => heartbeatDetails?.payloads?.length,
    )
    const [payload] = told?.heartbeatDetails?.payloads ?? []
    if (payload === undefined) return null
    const { stage } = await storedValue<{ stage?: unknown }>(client, payload)
    return typeof stage === 'string' ? stage : null
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof ServiceError) return null
    throw error
  }
}
