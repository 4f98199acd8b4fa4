import { ServiceError, WorkflowNotFoundError } from '@temporalio/client'
import { workflowId } from '../../contracts/messages.ts'
import { type TrainingProgress, trainingProgress } from '../../contracts/training-progress.ts'
import type { Environment } from './messages.ts'
import { storedValue } from './stored-values.ts'

const patienceMs = 2_000

/**
 * What the job of a running retraining does now, as the activity which follows it has told last. Null when
 * nothing is known, also when Temporal does not answer: it is only for people to see.
 */
export async function retrainingProgress(
  { client, prefix }: Environment,
  model: string,
  runKey: string,
): Promise<TrainingProgress | null> {
  try {
    const handle = client.workflow.getHandle(workflowId.retrain(prefix, model, runKey))
    const { raw } = await client.withDeadline(Date.now() + patienceMs, () => handle.describe())
    const told = raw.pendingActivities?.find(
      ({ heartbeatDetails }) => heartbeatDetails?.payloads?.length,
    )
    const [payload] = told?.heartbeatDetails?.payloads ?? []
    if (payload === undefined) return null
    return trainingProgress.safeParse(await storedValue<unknown>(client, payload)).data ?? null
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof ServiceError) return null
    throw error
  }
}
