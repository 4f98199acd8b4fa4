import { WorkflowNotFoundError } from '@temporalio/client'
import { type VerdictMessage, verdictMessageSchema } from '../../contracts/messages.ts'
import { type Environment, scanResult } from './messages.ts'

export type ScanState =
  /** `trouble`: why the step under way failed last; it is tried again. */
  | { readonly state: 'running'; readonly trouble: string | null }
  | { readonly state: 'done'; readonly verdict: VerdictMessage }
  | { readonly state: 'failed'; readonly reason: string }

/** How a scan stands, without waiting for it; null when there is no such scan. */
export async function scanState(
  environment: Environment,
  workflowId: string,
): Promise<ScanState | null> {
  const handle = environment.client.workflow.getHandle(workflowId)
  try {
    const { status, raw } = await handle.describe()
    if (status.name === 'RUNNING') {
      const failures = raw.pendingActivities?.map(({ lastFailure }) => messageOf(lastFailure))
      return { state: 'running', trouble: failures?.find(Boolean) ?? null }
    }
    if (status.name !== 'COMPLETED')
      return { state: 'failed', reason: await why(environment, workflowId) }
    const verdict = verdictMessageSchema.parse(await scanResult(environment, workflowId))
    return { state: 'done', verdict }
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
  scanResult(environment, workflowId).then(
    () => 'it ended',
    (error: Error) => error.message,
  )
