import { commitBelow, type Slice } from '../adapters/postgres/ledger.ts'
import { passagesOf } from '../adapters/postgres/readings.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { openReading, type ReadingsTogether, together } from './open-reading.ts'
import { type Offsets, type ReadOptions, readSlices } from './read-slice.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface BackfillInput {
  readonly model: string
  readonly reading: string
  readonly partition: number
  /** Read down to here. */
  readonly from: string
}

export interface BackfillOptions extends ReadOptions {
  /** Told where the partition begins after every stretch. */
  readonly onSlice?: (began: bigint) => void
}

/** Offsets that are read and committed at once: what is lost when a worker dies. */
const mostOffsets = 50_000

/**
 * Reads the offsets below where one partition of a reading began, from there downwards, stretch by stretch: each is
 * committed as a whole or not at all, the newest first, so that what is there is at every moment without a gap. It
 * can be killed anywhere and called again. Ends early where retention removed what is older.
 *
 * Errors: as `advanceLedger`.
 */
export async function backfillLedger(
  deps: ScanDeps,
  input: BackfillInput,
  options: BackfillOptions = {},
): Promise<void> {
  const { partition } = input
  const opened = await openReading(deps, input.model, input.reading)
  const alone = together([opened])
  const { reading } = opened
  for (;;) {
    options.signal?.throwIfAborted()
    const to = (await passagesOf(deps.db, reading.id)).get(partition)?.began ?? 0n
    const low = (await deps.log.offsets(reading.topic)).find(
      (at) => at.partition === partition,
    )?.low
    const end = greatest(BigInt(input.from), low ?? to)
    if (to <= end) return
    const from = greatest(end, to - BigInt(options.records ?? mostOffsets))
    const slices = await readWhole(alone, { partition, from, to }, options)
    await mustStillBeTheSame(deps.log, reading)
    await commitBelow(deps.db, slices)
    options.onSlice?.(slices[0]?.from ?? to)
  }
}

/** The slices that these offsets give; without what retention removed meanwhile before the first of them. */
async function readWhole(
  alone: ReadingsTogether,
  { partition, from, to }: Offsets,
  options: ReadOptions,
): Promise<Slice[]> {
  const slices: Slice[] = []
  for (let next = from; next < to; ) {
    const [slice] = (await readSlices(alone, { partition, from: next, to }, options)) as [Slice]
    next = slice.to
    if (slices.length > 0 || slice.lost === 0) slices.push(slice)
  }
  return slices
}

const greatest = (left: bigint, right: bigint): bigint => (left > right ? left : right)
