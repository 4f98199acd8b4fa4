import { readSecret } from '../../adapters/files/read-secret.ts'
import { kafkaAccess } from '../../adapters/kafka/access.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { type ProbeInput, timeoutMs } from './probe.ts'

const dayMs = 86_400_000

/**
 * Records that came in the last day, by the topic of each model that stores something of each prediction. A topic that
 * brought none, or of which that cannot be told, is left out: why is said where servers are reached.
 */
export async function recordsOfDay({ settings }: ProbeInput): Promise<ReadonlyMap<string, number>> {
  const counted = Object.values(settings.models).filter(
    ({ labels, log }) => labels !== undefined || log.dedupe === 'exact',
  )
  const rates = new Map<string, number>()
  if (counted.length === 0) return rates
  try {
    const access = kafkaAccess(settings.kafka, readSecret)
    const retry = { retries: 1, maxRetryTime: timeoutMs }
    const admin = kafkaClient(access, 'driftgate-check').admin({ retry })
    try {
      await admin.connect()
      for (const topic of new Set(counted.map(({ log }) => log.topic))) {
        const since = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - dayMs)
        const ends = await admin.fetchTopicOffsets(topic)
        const firsts = new Map(since.map(({ partition, offset }) => [partition, Number(offset)]))
        const records = ends.reduce(
          (sum, { partition, high }) =>
            sum + Math.max(0, Number(high) - (firsts.get(partition) ?? Number(high))),
          0,
        )
        if (records > 0) rates.set(topic, records)
      }
    } finally {
      await admin.disconnect()
    }
  } catch {
    // The line of the brokers names what is wrong with them.
  }
  return rates
}
