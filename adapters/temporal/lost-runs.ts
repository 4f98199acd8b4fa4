import { WorkflowNotFoundError } from '@temporalio/client'
import { type Environment, resultOf } from './messages.ts'

/** `gone`: Temporal does not know it, or somebody ended it from outside; `failed`: it ended by an error of its own. */
export type RunFate =
  | { readonly state: 'running' | 'completed' | 'gone' }
  | { readonly state: 'failed'; readonly reason: string }

/** How the latest run of a workflow stands. */
export async function runFate(environment: Environment, workflowId: string): Promise<RunFate> {
  try {
    const { status } = await environment.client.workflow.getHandle(workflowId).describe()
    switch (status.name) {
      case 'RUNNING':
      case 'CONTINUED_AS_NEW':
        return { state: 'running' }
      case 'COMPLETED':
        return { state: 'completed' }
      case 'FAILED':
        return { state: 'failed', reason: await whyFailed(environment, workflowId) }
      default:
        return { state: 'gone' }
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { state: 'gone' }
    throw error
  }
}

const whyFailed = (environment: Environment, workflowId: string): Promise<string> =>
  resultOf(environment, workflowId).then(
    () => 'it ended',
    (error: Error) => error.message,
  )
