import { DriftgateError } from '../../contracts/errors.ts'
import type { AbortedTransaction } from './aborted.ts'
import type { Cluster } from './cluster.ts'
import { kafkaFailure } from './failure.ts'
import { type AnsweredPartition, withPackedAnswers } from './fetch-answer.ts'
import { patiently } from './patience.ts'
import { type RecordBatch, recordBatches } from './record-batch.ts'

export interface FetchedPartition {
  readonly batches: readonly RecordBatch[]
  readonly lastStableOffset: string
  readonly abortedTransactions: readonly AbortedTransaction[]
}

export interface FetchInput {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly maxBytes: number
  readonly maxWaitMs: number
  readonly signal?: AbortSignal
}

/** Of a whole answer; the bound per partition is the caller's. */
const mostBytes = 16 << 20

/**
 * One fetch from the leader, tried again with fresh metadata after a change of leader or a broken connection, for at
 * most 20 seconds. Null: the offset does not exist. Errors: KAFKA_BATCH_DAMAGED, KAFKA_UNREACHABLE (retryable),
 * KAFKA_TLS_FAILED, KAFKA_SIGN_IN_REFUSED, the signal's reason.
 */
export async function fetchOnce(
  cluster: Cluster,
  input: FetchInput,
): Promise<FetchedPartition | null> {
  const { topic, partition, offset, signal } = input
  try {
    return await patiently(() => fromLeader(cluster, input), {
      ...(signal && { signal }),
      prepare: () => cluster.refreshMetadata(),
      isFinal: (error) => isOutOfRange(error) || error instanceof DriftgateError,
    })
  } catch (error) {
    signal?.throwIfAborted()
    if (isOutOfRange(error)) return null
    if (error instanceof DriftgateError) {
      const details = { ...error.details, topic, partition, offset: String(offset) }
      throw new DriftgateError(error.code, details, { cause: error })
    }
    throw kafkaFailure(error, `the leader of ${topic}/${partition}`)
  }
}

function isOutOfRange(error: unknown): boolean {
  const { type, name } = error as { type?: string; name?: string }
  return type === 'OFFSET_OUT_OF_RANGE' || name === 'KafkaJSOffsetOutOfRange'
}

async function fromLeader(
  cluster: Cluster,
  { topic, partition, offset, maxBytes, maxWaitMs }: FetchInput,
): Promise<FetchedPartition | null> {
  await cluster.addTargetTopic(topic)
  const leader = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0]
  const broker = await cluster.findBroker({ nodeId: leader ?? '' })
  const answer = (await withPackedAnswers(broker).fetch({
    // Only records of committed transactions.
    isolationLevel: 1,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: mostBytes,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
  })) as { responses: { partitions: AnsweredPartition[] }[] }
  const found = answer.responses[0]?.partitions[0]
  if (found === undefined) return null
  const { lastStableOffset, abortedTransactions, recordSet } = found
  return { lastStableOffset, abortedTransactions, batches: await recordBatches(recordSet) }
}
