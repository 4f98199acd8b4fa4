import type { KafkaLog } from '../adapters/kafka/log.ts'

/** Of all partitions together: a topic may hold large records. */
const mostBytes = 64 << 20

/**
 * Values of the newest records of a topic, the same number of offsets from each of its partitions. Errors:
 * KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE.
 */
export async function sampleTopic(
  log: KafkaLog,
  topic: string,
  records: number,
): Promise<(Uint8Array | null)[]> {
  const partitions = (await log.offsets(topic)).filter(({ low, lastStable }) => low < lastStable)
  const each = BigInt(Math.ceil(records / Math.max(1, partitions.length)))
  const sample: (Uint8Array | null)[] = []
  for (const { partition, low, lastStable } of partitions) {
    const from = lastStable - each > low ? lastStable - each : low
    let bytes = 0
    for await (const batch of log.read({ topic, partition, from, to: lastStable })) {
      for (const { value } of batch.records) {
        sample.push(value)
        bytes += value?.length ?? 0
      }
      if (bytes > mostBytes / partitions.length) break
    }
  }
  return sample
}
