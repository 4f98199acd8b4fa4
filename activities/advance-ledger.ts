import { type Companion, companionsOf } from '../adapters/postgres/companions.ts'
import { commitSlices, headsOf, type Slice } from '../adapters/postgres/ledger.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Advanced } from '../contracts/scan.ts'
import { markHead, mustGoOn } from './log-epochs.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { type OpenReading, openReading, type ReadingsTogether, together } from './open-reading.ts'
import { readSlices } from './read-slice.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface AdvanceInput {
  readonly model: string
  readonly reading: string
  readonly partition: number
  /** Read exactly up to here. */
  readonly to: string
  /** A reading of the same model that is counted beside it. */
  readonly beside?: string
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
 * all, so that it can be killed anywhere and called again. Bad records become dead letters and never stop it. Readings
 * of other models that stand at the same offset of the same log are advanced with it: a record is fetched and decoded
 * once for all of them.
 *
 * Errors: KAFKA_UNREACHABLE and POSTGRES_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_REWRITTEN,
 * KAFKA_LOG_SHRANK, those of `openReading`.
 */
export async function advanceLedger(
  deps: ScanDeps,
  input: AdvanceInput,
  options: AdvanceOptions = {},
): Promise<Advanced> {
  const opened = await openReading(deps, input.model, input.reading)
  // Scans of models that share a log fire together: who waited finds the work done.
  const place = `${opened.reading.topic}/${input.partition}`
  return oneAtATime(place, () => advance(deps, opened, input, options))
}

async function advance(
  deps: ScanDeps,
  opened: OpenReading,
  { partition, to: wanted, beside }: AdvanceInput,
  options: AdvanceOptions,
): Promise<Advanced> {
  const { reading } = opened
  const sum: Advanced = { slices: 0, good: 0, bad: 0, foreign: 0, lost: 0 }
  const end = BigInt(wanted)
  const openWith = companionsOpener(deps, opened)
  for (;;) {
    options.signal?.throwIfAborted()
    const from = (await headsOf(deps.db, reading.id)).get(partition)
    if (from === undefined) {
      const reason = `partition ${partition} of ${reading.topic} was never planned`
      throw new DriftgateError('INTERNAL', { reason })
    }
    if (from >= end) {
      await markHead(deps, reading, partition, from)
      return sum
    }
    const companions = await companionsOf(deps.db, reading.id, partition, from, beside)
    const group = await openWith(companions.filter(({ head }) => head === from))
    // Up to where the next one stands, which goes on with it from there.
    const to = companions.find(({ head }) => head > from && head < end)?.head ?? end
    await deps.onPhase?.('before fetch')
    const slices = await readSlices(group, { partition, from, to }, options)
    await mustStillBeTheSame(deps.log, reading)
    await mustGoOn(deps, reading, partition)
    await deps.onPhase?.('after fetch')
    const committed = await commitSlices(deps.db, slices, deps.onPhase)
    // Somebody else moved a head meanwhile: this work is thrown away and begins at the new head.
    if (!committed) continue
    const own = slices[0] as Slice
    sum.slices++
    for (const kind of ['good', 'bad', 'foreign', 'lost'] as const) sum[kind] += own[kind]
    options.onSlice?.(own.to)
  }
}

/** Opens companions of models that are still configured, and keeps them while they are the same. */
function companionsOpener(deps: ScanDeps, opened: OpenReading) {
  let known: { readonly names: string; readonly group: ReadingsTogether } | null = null
  return async (companions: readonly Companion[]): Promise<ReadingsTogether> => {
    const names = companions.map(({ reading }) => reading).join()
    if (known?.names === names) return known.group
    const { models } = (await deps.settings()).settings
    const others: OpenReading[] = []
    for (const { model, reading } of companions) {
      if (Object.hasOwn(models, model)) others.push(await openReading(deps, model, reading))
    }
    known = { names, group: together([opened, ...others]) }
    return known.group
  }
}
