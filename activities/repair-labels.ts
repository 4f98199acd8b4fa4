import type { LabelReading } from '../adapters/postgres/readings.ts'
import { commitRepair, nextUnread, type UnreadSlice } from '../adapters/postgres/repairs.ts'
import { predictionRate } from '../contracts/label-settings.ts'
import { erasedIdsOf } from './erased-ids.ts'
import { LabelSlice } from './label-slice.ts'
import { lettersAgain } from './letters-again.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import type { RepairOptions, Reread } from './repair-ledger.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/**
 * Fetches every unread dead letter of a label topic again. Those that can be read now become labels, by a repair of the slice
 * that met them; the slice stays as it was, and so do final measures. It can be killed anywhere and called again.
 *
 * Errors: MODEL_UNKNOWN, KAFKA_UNREACHABLE and POSTGRES_UNREACHABLE (retryable), KAFKA_LOG_RECREATED.
 */
export async function repairLabels(
  deps: ScanDeps,
  reading: LabelReading,
  options: RepairOptions = {},
): Promise<Reread> {
  const { settings } = await scannedModel(deps, reading.model)
  const rate = predictionRate(settings.labels) ?? 1
  const sum: Reread = { good: 0, bad: 0, foreign: 0, gone: 0 }
  let after = { partition: 0, offset: 0n }
  for (;;) {
    options.signal?.throwIfAborted()
    const slice = await nextUnread(deps.db, reading, after)
    if (slice === null) return sum
    const found = await repairSlice(deps, reading, slice, { ...options, rate })
    // A prediction was erased meanwhile: it is read once more.
    if (found === null) continue
    for (const kind of ['good', 'bad', 'foreign', 'gone'] as const) sum[kind] += found[kind]
    after = { partition: slice.partition, offset: slice.to }
    options.onSlice?.(slice.to)
  }
}

/** Null: something was erased meanwhile, and nothing was written. */
async function repairSlice(
  deps: ScanDeps,
  reading: LabelReading,
  { partition, from, to, offsets: letters }: UnreadSlice,
  { signal, rate }: RepairOptions & { readonly rate: number },
): Promise<Reread | null> {
  const { topic } = reading
  const erased = await erasedIdsOf(deps.db, reading.model)
  const options = { keepBadBytes: false, rate, erased }
  const builder = new LabelSlice(reading, { partition, from }, options)
  const read: bigint[] = []
  for await (const record of lettersAgain(
    deps.log,
    { topic, partition, offsets: letters },
    signal,
  )) {
    builder.take(record)
    read.push(BigInt(record.offset))
  }
  await mustStillBeTheSame(deps.log, reading)
  const { good, bad, foreign, deadLetters } = builder
  const bads = new Set(deadLetters.map(({ offset }) => offset))
  const offsets = read.filter((offset) => !bads.has(offset))
  const gone = letters.length - read.length
  if (offsets.length === 0) return { good: 0, bad, foreign: 0, gone }
  const outcome = await commitRepair(deps.db, {
    ...{ reading: reading.id, topic, partition, from, to, offsets },
    ...{ good, foreign, moreRows: 0, parts: [], halves: [], predictions: null },
    ...{ labels: builder.labels(), erasedHalves: 0, erasure: erased.number },
  })
  if (outcome === 'erased') return null
  // Whoever was faster has counted them.
  return outcome === 'committed' ? { good, bad, foreign, gone } : { good: 0, bad, foreign: 0, gone }
}
