import filterAborted from 'kafkajs/src/consumer/filterAbortedMessages.js'
import { DriftgateError } from '../../contracts/errors.ts'
import { type Cluster, kafkaClient, openCluster, type RawMessage } from './cluster.ts'

export interface PartitionOffsets {
  readonly partition: number
  /** First offset that still exists. */
  readonly low: bigint
  /** Everything below is committed; the next scan begins at or above. */
  readonly lastStable: bigint
}

export interface LogBatch {
  /** Records with data, in offset order, none below the start or at and above the end of the stretch. */
  readonly records: readonly RawMessage[]
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
  offsets(topic: string): Promise<PartitionOffsets[]>
  /** Ends early only at the last stable offset. Throws KAFKA_OFFSET_LOST when the start is gone. */
  read(input: ReadInput): AsyncGenerator<LogBatch>
  close(): Promise<void>
}

/** Answers without any record below the last stable offset that are taken before giving up: compaction empties batches. */
const mostEmptyAnswers = 100
const mostAttempts = 8

export async function openKafkaLog(
  brokers: readonly string[],
  clientId = 'driftgate-log',
): Promise<KafkaLog> {
  const kafka = kafkaClient(brokers, clientId)
  const cluster = await openCluster(kafka, brokers)
  const admin = kafka.admin()
  await admin.connect().catch((cause) => {
    throw new DriftgateError('KAFKA_UNREACHABLE', { brokers: brokers.join(', ') }, { cause })
  })
  return {
    offsets: async (topic) => {
      const found = await admin
        .fetchTopicOffsets(topic)
        .catch((cause: Error & { type?: string }) => {
          if (cause.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
            throw new DriftgateError('KAFKA_TOPIC_UNKNOWN', { topic }, { cause })
          }
          throw new DriftgateError('KAFKA_UNREACHABLE', { brokers: brokers.join(', ') }, { cause })
        })
      const sorted = found.toSorted((left, right) => left.partition - right.partition)
      return Promise.all(sorted.map((entry) => stableOffsets(cluster, topic, entry)))
    },
    read: (input) => readStretch(cluster, input),
    close: async () => {
      await admin.disconnect()
      await cluster.disconnect()
    },
  }
}

/** The last stable offset is only in a fetch answer: one is asked for at the end of the log. */
async function stableOffsets(
  cluster: Cluster,
  topic: string,
  { partition, low, high }: { partition: number; low: string; high: string },
): Promise<PartitionOffsets> {
  const answer = await fetchOnce(
    cluster,
    { topic, partition, maxBytes: 1, maxWaitMs: 1 },
    BigInt(high),
  )
  return { partition, low: BigInt(low), lastStable: BigInt(answer?.lastStableOffset ?? high) }
}

async function* readStretch(cluster: Cluster, input: ReadInput): AsyncGenerator<LogBatch> {
  const { topic, partition, to, maxBytes = 1 << 20, signal } = input
  let next = input.from
  let empty = 0
  while (next < to) {
    signal?.throwIfAborted()
    const answer = await fetchOnce(cluster, { topic, partition, maxBytes, maxWaitMs: 500 }, next)
    if (answer === null)
      throw new DriftgateError('KAFKA_OFFSET_LOST', {
        topic,
        partition,
        from: String(next),
        to: String(to),
      })
    const { messages, abortedTransactions, lastStableOffset } = answer
    const last = messages.at(-1)
    if (last === undefined) {
      if (next >= BigInt(lastStableOffset) || ++empty > mostEmptyAnswers) return
      continue
    }
    empty = 0
    const from = next
    // The raw answer, control records included, tells how far the log was passed.
    next = BigInt(last.offset) + 1n
    if (next > to) next = to
    const records = filterAborted({ messages, abortedTransactions }).filter(
      ({ isControlRecord, offset }) =>
        !isControlRecord && BigInt(offset) >= from && BigInt(offset) < to,
    )
    yield { records, next }
  }
}

/** One fetch from the leader, tried again after a change of leader or a broken connection; null: the offset is gone. */
async function fetchOnce(
  cluster: Cluster,
  ask: { topic: string; partition: number; maxBytes: number; maxWaitMs: number },
  offset: bigint,
) {
  for (let attempt = 1; ; attempt++) {
    try {
      await cluster.addTargetTopic(ask.topic)
      const leader = Object.keys(cluster.findLeaderForPartitions(ask.topic, [ask.partition]))[0]
      const broker = await cluster.findBroker({ nodeId: leader ?? '' })
      const { responses } = await broker.fetch({
        // Only records of committed transactions.
        isolationLevel: 1,
        maxWaitTime: ask.maxWaitMs,
        minBytes: 1,
        maxBytes: 16 << 20,
        topics: [
          {
            topic: ask.topic,
            partitions: [
              { partition: ask.partition, fetchOffset: String(offset), maxBytes: ask.maxBytes },
            ],
          },
        ],
      })
      return responses[0]?.partitions[0] ?? null
    } catch (error) {
      const { type, name } = error as { type?: string; name?: string }
      if (type === 'OFFSET_OUT_OF_RANGE' || name === 'KafkaJSOffsetOutOfRange') return null
      if (attempt === mostAttempts) {
        throw new DriftgateError('KAFKA_UNREACHABLE', { brokers: 'the leader' }, { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 100 * 2 ** attempt)))
      await cluster.refreshMetadata().catch(() => {})
    }
  }
}
