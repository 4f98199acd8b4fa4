import { WorkflowNotFoundError } from '@temporalio/client'
import type { z } from 'zod'
import { type Environment, resultOf } from './messages.ts'
import { storedMessage } from './stored-values.ts'

export type RunState<Result> =
  /** `trouble`: why the step under way failed last; it is tried again. */
  | { readonly state: 'running'; readonly trouble: string | null }
  | { readonly state: 'done'; readonly result: Result }
  /** `cancelled`: somebody asked it to end. */
  | { readonly state: 'failed'; readonly reason: string; readonly cancelled: boolean }

/** How the last run of a workflow stands, without waiting for it; null when there is none. */
export async function runState<Schema extends z.ZodType>(
  environment: Environment,
  workflowId: string,
  schema: Schema,
): Promise<RunState<z.output<Schema>> | null> {
  const handle = environment.client.workflow.getHandle(workflowId)
  try {
    const { status, raw } = await handle.describe()
    if (status.name === 'RUNNING') {
      const failures = await Promise.all(
        (raw.pendingActivities ?? []).map(({ lastFailure }) =>
          storedMessage(environment.client, lastFailure),
        ),
      )
      return { state: 'running', trouble: failures.find(Boolean) ?? null }
    }
    if (status.name !== 'COMPLETED') {
      const cancelled = status.name === 'CANCELLED'
      return { state: 'failed', reason: await why(environment, workflowId), cancelled }
    }
    return { state: 'done', result: schema.parse(await resultOf(environment, workflowId)) }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

const why = (environment: Environment, workflowId: string): Promise<string> =>
  resultOf(environment, workflowId).then(
    () => 'it ended',
    (error: Error) => error.message,
  )
