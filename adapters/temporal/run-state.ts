import { WorkflowNotFoundError } from '@temporalio/client'
import type { z } from 'zod'
import { type Environment, resultOf } from './messages.ts'

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
      const failures = raw.pendingActivities?.map(({ lastFailure }) => messageOf(lastFailure))
      return { state: 'running', trouble: failures?.find(Boolean) ?? null }
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

interface Failure {
  readonly message?: string | null
  readonly cause?: Failure | null
}

/** Temporal puts a failure that it had to shorten into another one, which says only that it was too long. */
const messageOf = (failure: Failure | null | undefined): string | null | undefined =>
  failure?.message === 'Failure exceeds size limit.' && failure.cause
    ? messageOf(failure.cause)
    : failure?.message

const why = (environment: Environment, workflowId: string): Promise<string> =>
  resultOf(environment, workflowId).then(
    () => 'it ended',
    (error: Error) => error.message,
  )
