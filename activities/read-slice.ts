import type { KafkaLog, LogBatch } from '../adapters/kafka/log.ts'
import type { Slice } from '../adapters/postgres/ledger.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import type { OpenReading } from './open-reading.ts'
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
 * Reads until a slice is full or the offsets end, and sums it up; what retention removed becomes a slice of lost
 * offsets. Bad records become dead letters and never stop it. Nothing is written.
 *
 * Errors: KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK.
 */
export async function readSlice(
  { reading, log, builder: begin }: OpenReading,
  { partition, from, to }: Offsets,
  options: ReadOptions = {},
): Promise<Slice> {
  const { id, topic } = reading
  const builder = begin(options.records)
  const stretch = { topic, partition, from, to, ...(options.signal && { signal: options.signal }) }
  const { next, lost } = await fill(log, stretch, builder).catch(async (error) => {
    // That it is another log says more than that it is shorter.
    if (isShrunk(error)) await mustStillBeTheSame(log, reading)
    throw error
  })
  const { good, bad, foreign, moreRows, ahead, repeated, deadLetters } = builder
  const unread = Number(next - from) - good - bad - foreign - lost
  return {
    ...{ reading: id, topic, partition, from, to: next },
    ...{ good, bad, foreign, lost, unread, moreRows, ahead, repeated },
    ...{ parts: builder.parts(), deadLetters },
  }
}

const isShrunk = (error: unknown): boolean =>
  error instanceof DriftgateError && error.code === 'KAFKA_LOG_SHRANK'

type Stretch = Parameters<KafkaLog['read']>[0]

async function fill(
  log: KafkaLog,
  stretch: Stretch,
  builder: SliceBuilder,
): Promise<{ next: bigint; lost: number }> {
  const { topic, partition, from, to } = stretch
  let next = from
  try {
    for await (const batch of log.read(stretch)) {
      next = add(builder, batch)
      if (builder.full) break
    }
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.code !== 'KAFKA_OFFSET_LOST') throw error
    if (next > from) return { next, lost: 0 }
    const end = await firstOffset(log, stretch)
    return { next: end, lost: Number(end - from) }
  }
  if (next > from) return { next, lost: 0 }
  // The cut was stable when it was taken: a log that ends before it is not the same log any more.
  throw new DriftgateError('KAFKA_LOG_SHRANK', {
    topic,
    partition,
    end: String(next),
    head: String(to),
  })
}

/** Adds records until the slice is full; the offset after the last one that was looked at. */
function add(builder: SliceBuilder, { records, next }: LogBatch): bigint {
  for (const record of records) {
    builder.add(record)
    if (builder.full) return BigInt(record.offset) + 1n
  }
  return next
}

/** Where the log begins now, within the stretch. */
async function firstOffset(
  log: KafkaLog,
  { topic, partition, from, to }: Stretch,
): Promise<bigint> {
  const offsets = await log.offsets(topic)
  const low = offsets.find((entry) => entry.partition === partition)?.low ?? 0n
  if (low <= from) {
    throw new DriftgateError('KAFKA_LOG_SHRANK', {
      topic,
      partition,
      end: String(low),
      head: String(from),
    })
  }
  return low < to ? low : to
}
