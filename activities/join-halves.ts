import { binningOf } from '../adapters/postgres/binnings.ts'
import { commitJoin } from '../adapters/postgres/join-work.ts'
import { isReached, nextJoin } from '../adapters/postgres/joins.ts'
import { joinsPartition } from '../adapters/postgres/parts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReadingDefinition } from '../contracts/reading.ts'
import { countOnce } from './count-once.ts'
import { halfValues } from './half-values.ts'
import { joinPairs } from './join-pairs.ts'
import { JoinCounts, type JoinStep } from './join-step.ts'
import { openReading } from './open-reading.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface JoinInput {
  readonly model: string
  readonly reading: string
  /** Number of the last join to be done. */
  readonly to: number
}

export interface JoinOptions {
  readonly signal?: AbortSignal
  /** Told the number of every join that was done here. */
  readonly onJoin?: (number: bigint) => void
}

/**
 * Joins what waits in a reading, requests and responses or predictions that may have come more than once, cut by cut in
 * their order, up to one: what each adds becomes parts of its own. Each is committed as a whole or not at all, and what it
 * comes to follows from what lies below the cuts, so that it can be killed anywhere, called again, and called by several
 * at once.
 *
 * Errors: POSTGRES_UNREACHABLE (retryable), those of `openReading`; INTERNAL where the ledger is not at the cut yet.
 */
export async function joinReading(
  deps: ScanDeps,
  input: JoinInput,
  options: JoinOptions = {},
): Promise<void> {
  const {
    reading,
    builder,
    erased: erasedIds,
  } = await openReading(deps, input.model, input.reading)
  const { definition } = reading
  const step = stepOf(definition)
  if (step === null) return
  const values = halfValues(await binningOf(deps.db, definition.binning))
  const { signal } = options
  for (;;) {
    signal?.throwIfAborted()
    const join = await nextJoin(deps.db, reading.id, input.to)
    if (join === null) return
    if (!(await isReached(deps.db, reading.id, join))) {
      const reason = `join ${join.number} of ${reading.id} was asked for before its records were read`
      throw new DriftgateError('INTERNAL', { reason })
    }
    const first = { partition: joinsPartition, from: BigInt(join.number - 1) }
    const erased = await erasedIds()
    const rows = builder(first, { joined: true, erased })
    const counts = new JoinCounts(definition)
    const joined = await step({ deps, reading, join, values, rows, counts, signal })
    const committed = await commitJoin(
      deps.db,
      reading.id,
      {
        ...{ join, ...joined, parts: rows.parts(), counts: counts.byBucket() },
        ...{ predictions: rows.predictions(), erasure: erased.number },
      },
      deps.onPhase,
    )
    if (committed) options.onJoin?.(BigInt(join.number))
  }
}

/** Null: rows count as they are read. */
function stepOf({ joinDelay, dedupeWithin }: ReadingDefinition): JoinStep | null {
  if (joinDelay !== undefined) return joinPairs(joinDelay)
  return dedupeWithin === undefined ? null : countOnce(dedupeWithin)
}
