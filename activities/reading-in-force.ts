import type { PartitionOffsets } from '../adapters/kafka/log.ts'
import {
  ensureReading,
  formerReading,
  type Passage,
  passagesOf,
  type Reading,
} from '../adapters/postgres/readings.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { readingDefinition } from '../contracts/reading.ts'
import { windowStartOf } from '../policies/window.ts'
import { readingId } from '../profiles/index.ts'
import { clockSlackMs } from './broker-time.ts'
import { isSameLog, mustBeTheSame } from './log-identity.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface ReadingInForce {
  readonly reading: Reading
  /** What was read of each partition. */
  readonly passages: ReadonlyMap<number, Passage>
  /** What the log holds. */
  readonly offsets: readonly PartitionOffsets[]
}

/**
 * The reading by which the settings say that a log is read, under a binning (its digest); made unless it is there. The
 * first one of a log begins with its first record. One that follows another begins with the first window that the
 * other has not planned: at the first record that the broker has from then on, and never after what the other has read.
 *
 * Errors: KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED.
 */
export async function readingInForce(
  { db, log }: Pick<ScanDeps, 'db' | 'log'>,
  model: string,
  settings: ModelSettings,
  binning: string,
): Promise<ReadingInForce> {
  const definition = readingDefinition(model, settings, binning)
  const { topic } = definition
  const id = readingId(definition)
  const offsets = await log.offsets(topic)
  const topicId = await log.topicId(topic)
  const known = await passagesOf(db, id)
  const follows = known.size === 0 ? await formerReading(db, definition) : null
  const former = follows !== null && isSameLog(follows.reading, topicId) ? follows : null
  const until = former?.plannedUntil?.getTime()
  const first = until === undefined ? null : windowStartOf(settings.window, until)
  const read =
    former === null ? new Map<number, Passage>() : await passagesOf(db, former.reading.id)
  const since = first === null ? null : await log.offsetsAt(topic, first - clockSlackMs)
  const starts = offsets.map(({ partition, low, lastStable }) => {
    // A partition that is added to a log that is read begins with its first record, whatever retention left of it.
    if (since === null) return { partition, from: known.size === 0 ? low : 0n }
    const head = read.get(partition)?.head ?? 0n
    return {
      partition,
      from: smaller(head, smaller(since.get(partition) ?? lastStable, lastStable)),
    }
  })
  // Where the broker's times tell nothing of it, as in a log that was written anew, it begins with the first record.
  const isWhole = offsets.every(({ low }, index) => (starts[index]?.from ?? low) <= low)
  const windowsFrom = first === null || isWhole ? null : new Date(first)
  const reading = await ensureReading(
    db,
    { id, model, topic, binning, definition, topicId, windowsFrom },
    starts,
  )
  mustBeTheSame(reading, topicId)
  return { reading, passages: await passagesOf(db, id), offsets }
}

const smaller = (left: bigint, right: bigint): bigint => (left > right ? right : left)
