import { readSecret } from '../../adapters/files/read-secret.ts'
import { kafkaAccess } from '../../adapters/kafka/access.ts'
import { kafkaClient, kafkajsMeaning } from '../../adapters/kafka/cluster.ts'
import { kafkaFailure } from '../../adapters/kafka/failure.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type ProbeInput, timeoutMs } from './probe.ts'

const dayMs = 86_400_000

export interface RecordsOfDay {
  /** By topic; one that brought none is left out. */
  readonly rates: ReadonlyMap<string, number>
  /** Topics of which it cannot be told, and why. */
  readonly untold: ReadonlyMap<string, DriftgateError>
}

/** Records that came in the last day, by the topic of each model that keeps something of every record. */
export async function recordsOfDay({ settings }: ProbeInput): Promise<RecordsOfDay> {
  const counted = Object.values(settings.models).filter(
    ({ labels, log }) => labels !== undefined || log.kind === 'pair' || log.dedupe === 'exact',
  )
  const topics = [...new Set(counted.map(({ log }) => log.topic))]
  const rates = new Map<string, number>()
  const untold = new Map<string, DriftgateError>()
  if (topics.length === 0) return { rates, untold }
  const toFailure = (cause: unknown) =>
    kafkaFailure(cause, settings.kafka.brokers.join(', '), kafkajsMeaning)
  try {
    const access = kafkaAccess(settings.kafka, readSecret)
    const retry = { retries: 1, maxRetryTime: timeoutMs }
    const admin = kafkaClient(access, 'driftgate-check').admin({ retry })
    try {
      await admin.connect()
      const present = new Set(await admin.listTopics())
      for (const topic of topics) {
        try {
          // Asking for one that is not there may make it.
          if (!present.has(topic)) throw new DriftgateError('KAFKA_TOPIC_UNKNOWN', { topic })
          const records = await recordsSince(admin, topic, Date.now() - dayMs)
          if (records > 0) rates.set(topic, records)
        } catch (cause) {
          untold.set(topic, toFailure(cause))
        }
      }
    } finally {
      await admin.disconnect()
    }
  } catch (cause) {
    for (const topic of topics) if (!rates.has(topic)) untold.set(topic, toFailure(cause))
  }
  return { rates, untold }
}

async function recordsSince(
  admin: ReturnType<ReturnType<typeof kafkaClient>['admin']>,
  topic: string,
  sinceMs: number,
): Promise<number> {
  const since = await admin.fetchTopicOffsetsByTimestamp(topic, sinceMs)
  const ends = await admin.fetchTopicOffsets(topic)
  const firsts = new Map(since.map(({ partition, offset }) => [partition, Number(offset)]))
  return ends.reduce(
    (sum, { partition, high }) =>
      sum + Math.max(0, Number(high) - (firsts.get(partition) ?? Number(high))),
    0,
  )
}
