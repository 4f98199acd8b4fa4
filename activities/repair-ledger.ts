import { commitRepair, nextUnread, type UnreadSlice } from '../adapters/postgres/repairs.ts'
import { lettersAgain } from './letters-again.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { type OpenReading, openReading } from './open-reading.ts'
import type { ScanDeps } from './scan-deps.ts'

/** What became of dead letters that were fetched again. */
export interface Reread {
  /** Now a row in the part of its bucket. */
  good: number
  /** A record of another model, as can be told now. */
  foreign: number
  /** Still nobody can read them. */
  bad: number
  /** Not in the log any more: retention or compaction removed them. */
  gone: number
}

export interface RepairOptions {
  readonly signal?: AbortSignal
  /** Told the last offset of every slice that was looked at. */
  readonly onSlice?: (offset: bigint) => void
  /** Of one repair. */
  readonly records?: number
}

/**
 * Fetches every unread dead letter of a reading again. Those that can be read now become rows in the parts of their
 * buckets, by a repair of the slice that met them; the slice stays as it was. It can be killed anywhere and called
 * again: what is repaired is not looked at any more.
 *
 * Errors: MODEL_UNKNOWN, KAFKA_UNREACHABLE and POSTGRES_UNREACHABLE (retryable), KAFKA_LOG_RECREATED.
 */
export async function repairLedger(
  deps: ScanDeps,
  input: { model: string; reading: string },
  options: RepairOptions = {},
): Promise<Reread> {
  const opened = await openReading(deps, input.model, input.reading)
  const sum: Reread = { good: 0, bad: 0, foreign: 0, gone: 0 }
  let after = { partition: 0, offset: 0n }
  for (;;) {
    options.signal?.throwIfAborted()
    const slice = await nextUnread(deps.db, opened.reading, after)
    if (slice === null) return sum
    const { again, ...found } = await repairSlice(deps, opened, slice, options)
    // A prediction was erased meanwhile: what is left of the slice is read once more.
    if (again) {
      sum.good += found.good
      sum.foreign += found.foreign
      continue
    }
    for (const kind of ['good', 'bad', 'foreign', 'gone'] as const) sum[kind] += found[kind]
    after = { partition: slice.partition, offset: slice.to }
    options.onSlice?.(slice.to)
  }
}

async function repairSlice(
  deps: ScanDeps,
  { reading, log, builder, erased: erasedIds }: OpenReading,
  slice: UnreadSlice,
  { signal, records }: RepairOptions,
): Promise<Reread & { again: boolean }> {
  const { topic } = reading
  const { partition, from, to } = slice
  const sum = { good: 0, bad: 0, foreign: 0, gone: slice.offsets.length, again: false }
  const erased = await erasedIds()
  const begin = () => builder({ partition, from }, { records, erased })
  let rows = begin()
  let added: bigint[] = []

  const commit = async () => {
    await mustStillBeTheSame(deps.log, reading)
    const { good, bad, foreign, moreRows, halves, erasedHalves } = rows
    const bads = new Set(rows.deadLetters.map(({ offset }) => offset))
    const offsets = added.filter((offset) => !bads.has(offset))
    const place = { reading: reading.id, topic, partition, from, to }
    const found = { parts: rows.parts(), predictions: rows.predictions(), halves, erasedHalves }
    const counts = { good, foreign, moreRows, erasure: erased.number }
    const outcome =
      offsets.length === 0
        ? 'committed'
        : await commitRepair(deps.db, { ...place, offsets, ...counts, ...found })
    if (outcome === 'erased') sum.again = true
    sum.gone -= added.length
    sum.bad += bad
    // Whoever was faster has counted them.
    if (outcome === 'committed') {
      sum.good += good
      sum.foreign += foreign
    }
    rows = begin()
    added = []
  }

  const wanted = { topic, partition, offsets: slice.offsets }
  for await (const record of lettersAgain(log, wanted, signal)) {
    rows.add(record)
    added.push(BigInt(record.offset))
    if (rows.full) await commit()
  }
  await commit()
  return sum
}
