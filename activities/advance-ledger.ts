import type { KafkaLog, LogBatch } from '../adapters/kafka/log.ts'
import { commitSlice, headsOf } from '../adapters/postgres/ledger.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Advanced } from '../contracts/scan.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { openReading } from './open-reading.ts'
import type { ScanDeps } from './scan-deps.ts'
import type { SliceBuilder } from './slice-builder.ts'

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
  const { reading, log, builder: begin } = await openReading(deps, input.model, input.reading)
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
    const builder = begin(options.records)
    const stretch = { topic: reading.topic, partition, from, to }
    await deps.onPhase?.('before fetch')
    const next = await readSlice(log, stretch, builder, options).catch(async (error) => {
      // That it is another log says more than that it is shorter.
      if (isShrunk(error)) await mustStillBeTheSame(deps.log, reading)
      throw error
    })
    await mustStillBeTheSame(deps.log, reading)
    await deps.onPhase?.('after fetch')
    const counts = {
      good: builder.good,
      bad: builder.bad,
      foreign: builder.foreign,
      lost: next.lost,
    }
    const passed = Number(next.to - from)
    const slice = {
      reading: reading.id,
      topic: reading.topic,
      partition,
      from,
      to: next.to,
      ...counts,
      unread: passed - counts.good - counts.bad - counts.foreign - counts.lost,
      moreRows: builder.moreRows,
      ahead: builder.ahead,
      repeated: builder.repeated,
      parts: builder.parts(),
      deadLetters: builder.deadLetters,
    }
    const committed = await commitSlice(deps.db, slice, deps.onPhase)
    // Somebody else moved the head meanwhile: this work is thrown away and begins at the new head.
    if (!committed) continue
    sum.slices++
    sum.good += counts.good
    sum.bad += counts.bad
    sum.foreign += counts.foreign
    sum.lost += counts.lost
    options.onSlice?.(next.to)
  }
}

const isShrunk = (error: unknown): boolean =>
  error instanceof DriftgateError && error.code === 'KAFKA_LOG_SHRANK'

interface Stretch {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
}

/** Reads until the slice is full or the stretch ends; what retention removed becomes a slice of lost offsets. */
async function readSlice(
  log: KafkaLog,
  stretch: Stretch,
  builder: SliceBuilder,
  options: AdvanceOptions,
): Promise<{ to: bigint; lost: number }> {
  const { topic, partition, from, to } = stretch
  let next = from
  try {
    const read = { ...stretch, ...(options.signal === undefined ? {} : { signal: options.signal }) }
    for await (const batch of log.read(read)) {
      next = fill(builder, batch)
      if (builder.full) break
    }
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.code !== 'KAFKA_OFFSET_LOST') throw error
    if (next > from) return { to: next, lost: 0 }
    const end = await firstOffset(log, stretch)
    return { to: end, lost: Number(end - from) }
  }
  if (next > from) return { to: next, lost: 0 }
  // The cut was stable when it was taken: a log that ends before it is not the same log any more.
  throw new DriftgateError('KAFKA_LOG_SHRANK', {
    topic,
    partition,
    end: String(next),
    head: String(to),
  })
}

/** Adds records until the slice is full; the offset after the last one that was looked at. */
function fill(builder: SliceBuilder, { records, next }: LogBatch): bigint {
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
