import { commitSlice, headsOf } from '../adapters/postgres/ledger.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Advanced } from '../contracts/scan.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { openReading } from './open-reading.ts'
import { readSlice } from './read-slice.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface AdvanceInput {
  readonly model: string
  readonly reading: string
  readonly partition: number
  /** Read exactly up to here. */
  readonly to: string
}

export interface AdvanceOptions {
  readonly signal?: AbortSignal
  /** Told the head after every committed slice. */
  readonly onSlice?: (next: bigint) => void
  /** Of one slice. */
  readonly records?: number
}

/**
 * Advances one partition of a reading exactly to an offset, slice by slice; each is committed as a whole or not at
 * all, so that it can be killed anywhere and called again. Bad records become dead letters and never stop it.
 *
 * Errors: KAFKA_UNREACHABLE and POSTGRES_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK, those of
 * `openReading`.
 */
export async function advanceLedger(
  deps: ScanDeps,
  input: AdvanceInput,
  options: AdvanceOptions = {},
): Promise<Advanced> {
  const { partition } = input
  const opened = await openReading(deps, input.model, input.reading)
  const { reading } = opened
  const sum: Advanced = { slices: 0, good: 0, bad: 0, foreign: 0, lost: 0 }
  const to = BigInt(input.to)
  for (;;) {
    options.signal?.throwIfAborted()
    const from = (await headsOf(deps.db, reading.id)).get(partition)
    if (from === undefined) {
      const reason = `partition ${partition} of ${reading.topic} was never planned`
      throw new DriftgateError('INTERNAL', { reason })
    }
    if (from >= to) return sum
    await deps.onPhase?.('before fetch')
    const slice = await readSlice(opened, { partition, from, to }, options)
    await mustStillBeTheSame(deps.log, reading)
    await deps.onPhase?.('after fetch')
    const committed = await commitSlice(deps.db, slice, deps.onPhase)
    // Somebody else moved the head meanwhile: this work is thrown away and begins at the new head.
    if (!committed) continue
    sum.slices++
    for (const kind of ['good', 'bad', 'foreign', 'lost'] as const) sum[kind] += slice[kind]
    options.onSlice?.(slice.to)
  }
}
