import type { KafkaLog, LogBatch } from '../adapters/kafka/log.ts'
import type { Reading } from '../adapters/postgres/readings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { mustStillBeTheSame } from './log-identity.ts'

type Stretch = Parameters<KafkaLog['read']>[0]
/** Given a batch, says up to where it was looked at, and whether it has enough. */
type Take = (batch: LogBatch) => { next: bigint; full: boolean }

/**
 * Gives away the records of a stretch until whoever takes them has enough, and says where the next ones begin. Offsets that
 * retention removed are `lost`, alone.
 *
 * Errors: KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK.
 */
export function readStretch(
  log: KafkaLog,
  reading: Pick<Reading, 'topic' | 'topicId'>,
  stretch: Stretch,
  take: Take,
): Promise<{ next: bigint; lost: number }> {
  return fill(log, stretch, take).catch(async (error) => {
    // That it is another log says more than that it is shorter.
    if (isShrunk(error)) await mustStillBeTheSame(log, reading)
    throw error
  })
}

const isShrunk = (error: unknown): boolean =>
  error instanceof DriftgateError && error.code === 'KAFKA_LOG_SHRANK'

async function fill(
  log: KafkaLog,
  stretch: Stretch,
  take: Take,
): Promise<{ next: bigint; lost: number }> {
  const { topic, partition, from, to } = stretch
  let next = from
  try {
    for await (const batch of log.read(stretch)) {
      const taken = take(batch)
      next = taken.next
      if (taken.full) break
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
