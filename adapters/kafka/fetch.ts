import { setTimeout as sleep } from 'node:timers/promises'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Cluster, FetchedPartition } from './cluster.ts'
import { kafkaFailure } from './failure.ts'

export interface FetchInput {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly maxBytes: number
  readonly maxWaitMs: number
  readonly signal?: AbortSignal
}

const mostAttempts = 8
/** Of a whole answer; the bound per partition is the caller's. */
const mostBytes = 16 << 20

/**
 * One fetch from the leader, tried again with fresh metadata after a change of leader or a broken connection. Null:
 * the offset does not exist. Errors: KAFKA_BATCH_DAMAGED, KAFKA_UNREACHABLE (retryable), KAFKA_TLS_FAILED,
 * KAFKA_SIGN_IN_REFUSED, the signal's reason.
 */
export async function fetchOnce(
  cluster: Cluster,
  input: FetchInput,
): Promise<FetchedPartition | null> {
  const { topic, partition, offset, signal } = input
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await fromLeader(cluster, input)
    } catch (error) {
      const { type, name } = error as { type?: string; name?: string }
      if (type === 'OFFSET_OUT_OF_RANGE' || name === 'KafkaJSOffsetOutOfRange') return null
      if (error instanceof DriftgateError) {
        const details = { ...error.details, topic, partition, offset: String(offset) }
        throw new DriftgateError(error.code, details, { cause: error })
      }
      if (attempt === mostAttempts) {
        throw kafkaFailure(error, `the leader of ${topic}/${partition}`)
      }
      await pause(Math.min(5_000, 100 * 2 ** attempt), signal)
      await cluster.refreshMetadata().catch(() => {})
    }
  }
}

async function fromLeader(
  cluster: Cluster,
  { topic, partition, offset, maxBytes, maxWaitMs }: FetchInput,
): Promise<FetchedPartition | null> {
  await cluster.addTargetTopic(topic)
  const leader = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0]
  const broker = await cluster.findBroker({ nodeId: leader ?? '' })
  const { responses } = await broker.fetch({
    // Only records of committed transactions.
    isolationLevel: 1,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: mostBytes,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
  })
  return responses[0]?.partitions[0] ?? null
}

/** Waits; throws the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
