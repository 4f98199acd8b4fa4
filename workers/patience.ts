import { setTimeout as sleep } from 'node:timers/promises'
import { DriftgateError } from '../contracts/errors.ts'

/** Tries for ever what may succeed later, saying each time who does not answer. */
export async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof DriftgateError) || !error.entry.retryable) throw error
      sayRetry(error, pauseMs)
      await sleep(pauseMs)
    }
  }
}

/** One line on standard error, for whoever reads the log of a worker that does not start. */
export function sayRetry(error: DriftgateError, pauseMs: number): void {
  console.error(`${error.code}: ${error.message}; trying again in ${pauseMs / 1000} s`)
}

/** A server that does not answer, by its code; SQL errors come from a server that does. */
export async function asUnreachable<T>(address: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (cause) {
    const code = String((cause as { code?: unknown }).code ?? '')
    const answers = /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|53)/.test(code)
    if (cause instanceof DriftgateError || answers) throw cause
    throw new DriftgateError('POSTGRES_UNREACHABLE', { address }, { cause })
  }
}
