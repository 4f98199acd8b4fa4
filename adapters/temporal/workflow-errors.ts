import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { DriftgateError, type ErrorDetails, isErrorCode } from '../../contracts/errors.ts'

/** Null where the workflow is closed or unknown. */
export async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** The innermost failure that carries one of our codes. */
export function toCoded(cause: unknown, outer: unknown): unknown {
  for (let found = cause; found instanceof Error; found = found.cause) {
    if (!(found instanceof ApplicationFailure) || !isErrorCode(found.type)) continue
    const details = (found.details?.[0] ?? { reason: found.message }) as ErrorDetails
    return new DriftgateError(found.type, details, { cause: outer })
  }
  return outer
}

/** What an Update answered, or the coded error that it failed with. */
export async function codedUpdate<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof WorkflowUpdateFailedError ? toCoded(error.cause, error) : error
  }
}
