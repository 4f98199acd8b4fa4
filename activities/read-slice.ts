import type { LogBatch } from '../adapters/kafka/log.ts'
import type { Slice } from '../adapters/postgres/ledger.ts'
import type { PackedResult } from '../contracts/prediction.ts'
import type { DecodeAll } from '../formats/index.ts'
import type { ErasedIds } from '../profiles/index.ts'
import type { OpenReading, ReadingsTogether } from './open-reading.ts'
import { readStretch } from './read-stretch.ts'
import type { SliceBuilder } from './slice-builder.ts'

/** Offsets of one partition. */
export interface Offsets {
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
}

export interface ReadOptions {
  readonly signal?: AbortSignal
  /** Of one slice. */
  readonly records?: number
}

/**
 * Reads until a slice is full or the offsets end, and sums it up for each of the readings; what retention removed becomes a slice of lost
 * offsets. Bad records become dead letters and never stop it. Nothing is written.
 *
 * Errors: KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK.
 */
export async function readSlices(
  { readings, log, decode }: ReadingsTogether,
  { partition, from, to }: Offsets,
  options: ReadOptions = {},
): Promise<Slice[]> {
  const [first] = readings as [OpenReading]
  const { topic } = first.reading
  const erased = await Promise.all(readings.map((each) => each.erased()))
  const builders = readings.map(({ builder }, index) =>
    builder({ partition, from }, { records: options.records, erased: erased[index] as ErasedIds }),
  )
  const stretch = { topic, partition, from, to, ...(options.signal && { signal: options.signal }) }
  const take = (batch: LogBatch) => add(builders, decode, batch)
  const { next, lost } = await readStretch(log, first.reading, stretch, take)
  return builders.map((builder, index) => {
    const { good, bad, foreign, moreRows, ahead, repeated, deadLetters } = builder
    const { halves, erasedHalves } = builder
    const unread = Number(next - from) - good - bad - foreign - lost
    return {
      ...{ reading: (readings[index] as OpenReading).reading.id, topic, partition, from, to: next },
      ...{ good, bad, foreign, lost, unread, moreRows, ahead, repeated },
      ...{ parts: builder.parts(), deadLetters, halves, predictions: builder.predictions() },
      ...{ labels: null, erasedHalves, erasure: (erased[index] as ErasedIds).number },
    }
  })
}

/** Adds records until a slice is full; `next`: the offset after the last one that was looked at. */
function add(
  builders: readonly SliceBuilder[],
  decode: DecodeAll,
  { records, next }: LogBatch,
): { next: bigint; full: boolean } {
  for (const record of records) {
    const results = decode(record)
    let full = false
    for (let i = 0; i < builders.length; i++) {
      const builder = builders[i] as SliceBuilder
      builder.take(record, results[i] as PackedResult)
      full ||= builder.full
    }
    if (full) return { next: BigInt(record.offset) + 1n, full }
  }
  return { next, full: false }
}
