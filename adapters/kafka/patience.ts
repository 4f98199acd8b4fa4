import { setTimeout as sleep } from 'node:timers/promises'

/** A broker that stays away is told of after this long; whoever asked tries again by rules of its own. */
const patienceMs = 20_000

export interface PatientOptions {
  readonly signal?: AbortSignal
  /** Before another attempt. */
  readonly prepare?: () => Promise<unknown>
  /** Errors that no further attempt would change. */
  readonly isFinal?: (error: unknown) => boolean
}

/**
 * Tries until it succeeds, for at most 20 seconds whatever the client's own retries and timeouts are: an attempt that is
 * still under way then is left alone. Throws the last error, or the signal's reason.
 */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { signal, prepare, isFinal }: PatientOptions = {},
): Promise<T> {
  const end = performance.now() + patienceMs
  let last: unknown = new Error(`no answer within ${patienceMs / 1000} s`)
  for (let attempts = 1; ; attempts++) {
    signal?.throwIfAborted()
    try {
      return await until(end, attempt(), last)
    } catch (error) {
      if (isFinal?.(error)) throw error
      last = error
    }
    if (performance.now() >= end) throw last
    await pause(Math.min(2_000, 100 * 2 ** attempts), signal)
    // Whether that helps, the next attempt says.
    await until(end, prepare?.() ?? Promise.resolve(), last).catch(() => {})
  }
}

/** The result if it comes in time, else an error. */
function until<T>(end: number, work: Promise<T>, error: unknown): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const timer = setTimeout(() => reject(error), Math.max(0, end - performance.now()))
  work.then(resolve, reject).finally(() => clearTimeout(timer))
  return promise
}

/** Waits; throws the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
