import { DriftgateError } from '../../contracts/errors.ts'
import { committedRecords } from './aborted.ts'
import { accessOf, type Brokers } from './access.ts'
import { type Cluster, kafkaClient, openCluster } from './cluster.ts'
import { kafkaFailure } from './failure.ts'
import { fetchOnce } from './fetch.ts'
import type { LoggedRecord, LogRecord } from './log-record.ts'
import { patiently, pause } from './patience.ts'
import type { RecordBatch } from './record-batch.ts'
import { topicId } from './topic-id.ts'

export interface PartitionOffsets {
  readonly partition: number
  /** First offset that still exists. */
  readonly low: bigint
  /** Everything below is committed; the next scan begins at or above. */
  readonly lastStable: bigint
}

export interface LogBatch {
  /** Records with data, in offset order, none below the start or at and above the end of the stretch. */
  readonly records: readonly LoggedRecord[]
  /** Offset after the batch; control and aborted records lie between the records and here. */
  readonly next: bigint
}

export interface ReadInput {
  readonly topic: string
  readonly partition: number
  readonly from: bigint
  readonly to: bigint
  /** Bytes asked for at once. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

/** Reads exact stretches of a log, without consumer group and without committed offsets. */
export interface KafkaLog {
  /** By partition. Errors: KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE, both retryable. */
  offsets(topic: string): Promise<PartitionOffsets[]>
  /**
   * What tells the topic from another one of the same name; null where the broker knows no ids (before Kafka 3.1).
   * Errors: as of `offsets`.
   */
  topicId(topic: string): Promise<string | null>
  /**
   * By partition: the first offset of a record that the broker has from this time (milliseconds since 1970) or later;
   * the end of the log where there is none. Errors: as of `offsets`.
   */
  offsetsAt(topic: string, timeMs: number): Promise<Map<number, bigint>>
  /**
   * Ends early only at the last stable offset. Throws KAFKA_OFFSET_LOST when the start does not exist (any more),
   * KAFKA_ANSWER_EMPTY (retryable) when the broker gives nothing though there should be something,
   * KAFKA_BATCH_DAMAGED, KAFKA_UNREACHABLE (retryable).
   */
  read(input: ReadInput): AsyncGenerator<LogBatch>
  close(): Promise<void>
}

/** Answers in a row without any record below the last stable offset that are waited through. */
const mostEmptyAnswers = 20
/** Asked for after an empty answer: batches that compaction emptied may lie before the next record. */
const wideBytes = 16 << 20

/** Errors: KAFKA_UNREACHABLE (retryable), KAFKA_TLS_FAILED, KAFKA_SIGN_IN_REFUSED. */
export async function openKafkaLog(
  address: Brokers,
  clientId = 'driftgate-log',
): Promise<KafkaLog> {
  const kafka = kafkaClient(address, clientId, 1)
  const cluster = await openCluster(kafka, address)
  const admin = kafka.admin()
  const failed = (cause: unknown) => kafkaFailure(cause, accessOf(address).brokers.join(', '))
  await admin.connect().catch((cause) => {
    throw failed(cause)
  })
  const asked = <T>(topic: string, ask: () => Promise<T>): Promise<T> =>
    patiently(ask, { isFinal: isUnknownTopic, prepare: () => cluster.refreshMetadata() }).catch(
      (cause: unknown) => {
        if (!isUnknownTopic(cause)) throw failed(cause)
        throw new DriftgateError('KAFKA_TOPIC_UNKNOWN', { topic }, { cause })
      },
    )
  return {
    offsets: async (topic) => {
      const found = await asked(topic, () => admin.fetchTopicOffsets(topic))
      const sorted = found.toSorted((left, right) => left.partition - right.partition)
      return Promise.all(sorted.map((entry) => stableOffsets(cluster, topic, entry)))
    },
    offsetsAt: async (topic, timeMs) => {
      const found = await asked(topic, () => admin.fetchTopicOffsetsByTimestamp(topic, timeMs))
      return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]))
    },
    topicId: (topic) => asked(topic, () => topicId(cluster, topic)),
    read: (input) => readStretch(cluster, input),
    close: async () => {
      await admin.disconnect()
      await cluster.disconnect()
    },
  }
}

/** kafkajs wraps the broker's answer in errors of its own retries. */
function isUnknownTopic(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { type } = error as Error & { type?: string }
  return type === 'UNKNOWN_TOPIC_OR_PARTITION' || isUnknownTopic(error.cause)
}

/** The last stable offset is only in a fetch answer: one is asked for at the end of the log. */
async function stableOffsets(
  cluster: Cluster,
  topic: string,
  { partition, low, high }: { partition: number; low: string; high: string },
): Promise<PartitionOffsets> {
  const offset = BigInt(high)
  const answer = await fetchOnce(cluster, { topic, partition, offset, maxBytes: 1, maxWaitMs: 1 })
  return { partition, low: BigInt(low), lastStable: BigInt(answer?.lastStableOffset ?? high) }
}

async function* readStretch(cluster: Cluster, input: ReadInput): AsyncGenerator<LogBatch> {
  const { topic, partition, to, maxBytes = 1 << 20, signal } = input
  let next = input.from
  let empty = 0
  while (next < to) {
    const answer = await fetchOnce(cluster, {
      topic,
      partition,
      offset: next,
      maxBytes: empty === 0 ? maxBytes : wideBytes,
      maxWaitMs: 500,
      ...(signal === undefined ? {} : { signal }),
    })
    const stretch = { topic, partition, from: String(next), to: String(to) }
    if (answer === null) throw new DriftgateError('KAFKA_OFFSET_LOST', stretch)
    const passed = offsetAfter(answer.batches)
    if (passed === null || passed <= next) {
      if (next >= BigInt(answer.lastStableOffset)) return
      // A quota holds data back, a remote segment is being fetched: nothing is ever skipped for it.
      if (++empty > mostEmptyAnswers) throw new DriftgateError('KAFKA_ANSWER_EMPTY', stretch)
      await pause(100, signal)
      continue
    }
    empty = 0
    const from = next
    next = smaller(passed, to)
    const records = committedRecords(answer.batches, answer.abortedTransactions)
    yield { records: within(records, Number(from), Number(next)), next }
  }
}

/**
 * Where the answer ends: after its last batch, not its last record, since compaction takes records out of a batch
 * and leaves it its offsets. Control records count here.
 */
function offsetAfter(batches: readonly RecordBatch[]): bigint | null {
  const last = batches.at(-1)
  return last === undefined ? null : BigInt(last.lastOffset) + 1n
}

/** An answer begins at the start of a batch and ends with one: what lies outside the stretch is left out. */
function within(records: readonly LogRecord[], from: number, end: number): readonly LogRecord[] {
  const [first, last] = [records[0], records.at(-1)]
  if (first === undefined || last === undefined) return records
  if (first.offsetNumber >= from && last.offsetNumber < end) return records
  return records.filter(({ offsetNumber }) => offsetNumber >= from && offsetNumber < end)
}

const smaller = (left: bigint, right: bigint): bigint => (left > right ? right : left)
