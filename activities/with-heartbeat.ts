import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity'

/** Well below the heartbeat timeout: a slice of a slow log may take long. */
const heartbeatMs = 5_000

/**
 * Runs work that can be stopped between two steps. A cancel ends it; a worker's own shutdown is not a cancel: the
 * next attempt, on another worker, goes on from the ledger.
 */
export async function withHeartbeat<T>(
  work: (signal: AbortSignal, onNext: (next: bigint) => void) => Promise<T>,
): Promise<T> {
  const context = Context.current()
  let next: string | null = null
  const timer = setInterval(() => context.heartbeat({ next }), heartbeatMs)
  try {
    return await work(context.cancellationSignal, (reached) => {
      next = String(reached)
      context.heartbeat({ next })
    })
  } catch (error) {
    if (!context.cancellationSignal.aborted) throw error
    if (context.cancellationDetails?.cancelRequested) {
      throw error instanceof CancelledFailure ? error : new CancelledFailure('cancelled')
    }
    throw ApplicationFailure.retryable('the worker stopped reading', 'READING_STOPPED')
  } finally {
    clearInterval(timer)
  }
}
