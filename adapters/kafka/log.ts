import { DriftgateError } from '../../contracts/errors.ts'
import { accessOf, type Brokers } from './access.ts'
import { errorsWithin, kafkaFailure } from './failure.ts'
import { fetchOnce } from './fetch.ts'
import type { EpochEnd, PartitionOffsets } from './log-client.ts'
import { logClients, usualLogClient } from './log-clients.ts'
import type { LoggedRecord } from './log-record.ts'
import { patiently } from './patience.ts'
import { firstBatch } from './record-batch.ts'
import { readStretch, unpackedAnswer } from './stretch.ts'

export type { PartitionOffsets } from './log-client.ts'

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
   * Of places in partitions and the epochs that their records were of: the partitions of which the leader's own history
   * says that it still is so. Of the others `epochAt` tells. Never throws: where it cannot be asked, none is.
   */
  unchanged(
    topic: string,
    places: ReadonlyMap<number, { readonly offset: bigint; readonly epoch: number }>,
  ): Promise<Set<number>>
  /**
   * The epoch of the leader that took the record at an offset: another one there later means another record. Null: the
   * offset is not there (any more). Errors: KAFKA_BATCH_DAMAGED, KAFKA_UNREACHABLE (retryable).
   */
  epochAt(topic: string, partition: number, offset: bigint): Promise<number | null>
  /**
   * Ends early only at the last stable offset. Throws KAFKA_OFFSET_LOST when the start does not exist (any more),
   * KAFKA_ANSWER_EMPTY (retryable) when the broker gives nothing though there should be something,
   * KAFKA_BATCH_DAMAGED, KAFKA_UNREACHABLE (retryable).
   */
  read(input: ReadInput): AsyncGenerator<LogBatch>
  close(): Promise<void>
}

/**
 * Opens a log by the client that the access names, else by the usual one. Errors: KAFKA_UNREACHABLE (retryable),
 * KAFKA_TLS_FAILED, KAFKA_SIGN_IN_REFUSED.
 */
export async function openKafkaLog(
  address: Brokers,
  clientId = 'driftgate-log',
): Promise<KafkaLog> {
  const access = accessOf(address)
  const { open, meaningOf } = logClients[access.client ?? usualLogClient]
  const failed = (cause: unknown) => kafkaFailure(cause, access.brokers.join(', '), meaningOf)
  const isUnknownTopic = (error: unknown) =>
    [...errorsWithin(error)].some((one) => meaningOf(one) === 'topic unknown')
  const client = await open(access, clientId).catch((cause) => {
    throw failed(cause)
  })
  const asked = <T>(topic: string, ask: () => Promise<T>): Promise<T> =>
    patiently(ask, { isFinal: isUnknownTopic, prepare: () => client.refresh() }).catch(
      (cause: unknown) => {
        if (!isUnknownTopic(cause)) throw failed(cause)
        throw new DriftgateError('KAFKA_TOPIC_UNKNOWN', { topic }, { cause })
      },
    )
  return {
    offsets: (topic) => asked(topic, () => client.offsets(topic)),
    offsetsAt: (topic, timeMs) => asked(topic, () => client.offsetsAt(topic, timeMs)),
    topicId: (topic) => asked(topic, () => client.topicId(topic)),
    async unchanged(topic, places) {
      const epochs = new Map([...places].map(([partition, { epoch }]) => [partition, epoch]))
      // What is wrong with the broker, the fetch that follows tells with patience.
      const ends = await client.epochEnds(topic, epochs).catch(() => new Map<number, EpochEnd>())
      const same = [...places].filter(([partition, { offset, epoch }]) => {
        const found = ends.get(partition)
        return found !== undefined && found.epoch === epoch && found.end > offset
      })
      return new Set(same.map(([partition]) => partition))
    },
    epochAt: async (topic, partition, offset) => {
      const wanted = { topic, partition, offset, maxBytes: 1, maxWaitMs: 500 }
      // Its records stay packed: they are read elsewhere.
      const batch = await fetchOnce(client, meaningOf, wanted, ({ recordSet }) =>
        firstBatch(recordSet),
      )
      // After compaction an answer may begin later.
      return batch !== null && batch.firstOffset <= Number(offset) ? batch.leaderEpoch : null
    },
    read: (input) =>
      readStretch(
        (wanted, signal) => fetchOnce(client, meaningOf, wanted, unpackedAnswer, signal),
        input,
      ),
    close: () => client.close(),
  }
}
