import { DriftgateError } from '../contracts/errors.ts'

/** One part of a round of housekeeping, which needs no other to have been done. */
export interface Duty {
  /** As people read it where it failed. */
  readonly name: string
  readonly run: () => Promise<void>
}

/**
 * Does all of them, one after another; one that fails keeps no other from being done. Then throws HOUSEKEEPING_FAILED,
 * which names all that failed and has the first failure as its cause. An abort ends the round at once.
 */
export async function doDuties(duties: readonly Duty[], signal?: AbortSignal): Promise<void> {
  const failed: { readonly name: string; readonly error: unknown }[] = []
  for (const { name, run } of duties) {
    signal?.throwIfAborted()
    try {
      await run()
    } catch (error) {
      signal?.throwIfAborted()
      failed.push({ name, error })
    }
  }
  const [first] = failed
  if (first === undefined) return
  const told = first.error instanceof Error ? first.error.message : String(first.error)
  throw new DriftgateError(
    'HOUSEKEEPING_FAILED',
    { duties: failed.map(({ name }) => name).join(', '), of: duties.length, first: told },
    { cause: first.error },
  )
}

export interface Batches {
  readonly signal?: AbortSignal | undefined
  /** Told after every batch. */
  readonly onStep?: (() => void) | undefined
  /** What is not done by then is left to the next round, milliseconds; at least one batch is. */
  readonly forMs: number
}

/** Rows of one transaction. */
export const batchRows = 5_000

/**
 * Removes batch after batch until one finds nothing more, or the time is over; each is told how many rows it may take, and
 * answers how many it took. Returns how many all took.
 */
export async function inBatches(
  remove: (most: number) => Promise<number>,
  { signal, onStep, forMs }: Batches,
): Promise<number> {
  const end = performance.now() + forMs
  for (let all = 0; ; ) {
    signal?.throwIfAborted()
    const gone = await remove(batchRows)
    all += gone
    onStep?.()
    if (gone === 0 || performance.now() >= end) return all
  }
}
