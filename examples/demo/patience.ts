import { setTimeout as sleep } from 'node:timers/promises'

export interface Patience {
  readonly signal: AbortSignal
  readonly forMs: number
  readonly everyMs?: number
}

/**
 * Asks until there is an answer. What fails meanwhile is tried again, since a server may just be starting anew;
 * when patience ends, the last failure is thrown, or an error that says what was waited for.
 */
export async function until<T>(
  what: string,
  { signal, forMs, everyMs = 200 }: Patience,
  ask: () => Promise<T | null>,
): Promise<T> {
  const deadline = performance.now() + forMs
  let last: unknown = null
  for (;;) {
    signal.throwIfAborted()
    try {
      const answer = await ask()
      if (answer !== null) return answer
      last = null
    } catch (error) {
      signal.throwIfAborted()
      last = error
    }
    if (performance.now() > deadline) {
      const seconds = Math.round(forMs / 1000)
      throw last ?? new Error(`${what} did not come within ${seconds} s`)
    }
    await sleep(everyMs, undefined, { signal })
  }
}
