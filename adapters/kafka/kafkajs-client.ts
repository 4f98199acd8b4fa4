import type { Admin } from 'kafkajs'
import { type Broker, type Cluster, kafkaClient, kafkajsMeaning, openCluster } from './cluster.ts'
import { epochEnds } from './epoch-ends.ts'
import { errorsWithin } from './failure.ts'
import { type AnsweredPartition, type FetchAnswer, readAnswer } from './fetch-answer.ts'
import {
  type FetchInput,
  type LogClientKind,
  mostBytes,
  type PartitionOffsets,
} from './log-client.ts'
import { topicId } from './topic-id.ts'

/** kafkajs 2.2.4: its admin client, and a direct fetch by its inner cluster object. */
export const kafkajsClient: LogClientKind = {
  async open(access, clientId) {
    const kafka = kafkaClient(access, clientId, 1)
    const cluster = await openCluster(kafka, access)
    const admin = kafka.admin()
    await admin.connect().catch(async (error) => {
      await cluster.disconnect()
      throw error
    })
    return {
      offsets: (topic) => onceMore(() => offsetsOf(admin, topic)),
      offsetsAt: (topic, timeMs) =>
        onceMore(async () => {
          const found = await admin.fetchTopicOffsetsByTimestamp(topic, timeMs)
          return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]))
        }),
      topicId: (topic) => onceMore(() => topicId(cluster, topic)),
      epochEnds: (topic, epochs) => onceMore(() => epochEnds(cluster, topic, epochs)),
      fetch: (input) => onceMore(() => fromLeader(cluster, input)),
      refresh: () => cluster.refreshMetadata(),
      close: async () => {
        await admin.disconnect()
        await cluster.disconnect()
      },
    }
  },
  meaningOf: kafkajsMeaning,
}

/** That a topic is not there may be said of another one that was asked for before; it is forgotten by now. */
const onceMore = <T>(ask: () => Promise<T>): Promise<T> =>
  ask().catch((error: unknown) => {
    if (![...errorsWithin(error)].some((one) => kafkajsMeaning(one) === 'topic unknown'))
      throw error
    return ask()
  })

/** kafkajs asks for the ends of committed records where nothing else is said: two requests to each broker, for all partitions. */
async function offsetsOf(admin: Admin, topic: string): Promise<PartitionOffsets[]> {
  const found = await admin.fetchTopicOffsets(topic)
  return found
    .map(({ partition, low: first, high }) => {
      const [low, end] = [BigInt(first), BigInt(high)]
      // The first offset is asked for later: meanwhile retention may have come past the end of then.
      return { partition, low, lastStable: end > low ? end : low }
    })
    .toSorted((left, right) => left.partition - right.partition)
}

async function fromLeader(
  cluster: Cluster,
  { topic, partition, offset, maxBytes, maxWaitMs }: FetchInput,
): Promise<AnsweredPartition | null> {
  await cluster.addTargetTopic(topic)
  const leader = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0]
  const broker = await cluster.findBroker({ nodeId: leader ?? '' })
  try {
    const answer = (await withPackedAnswers(broker).fetch({
      // Only records of committed transactions.
      isolationLevel: 1,
      maxWaitTime: maxWaitMs,
      minBytes: 1,
      maxBytes: mostBytes,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
    })) as FetchAnswer
    return answer.responses[0]?.partitions[0] ?? null
  } catch (error) {
    const { type, name } = error as { type?: string; name?: string }
    if (type === 'OFFSET_OUT_OF_RANGE' || name === 'KafkaJSOffsetOutOfRange') return null
    throw error
  }
}

/**
 * The broker with another reader of fetch answers: kafkajs makes several objects of every record, and more time goes
 * there than into everything that is done with it. The request, its retries and its errors stay those of kafkajs.
 */
function withPackedAnswers(broker: Broker): Broker {
  const lookupRequest: Broker['lookupRequest'] = (key, definition) => {
    const protocol = broker.lookupRequest(key, definition)
    return (input) => {
      const call = protocol(input)
      const { apiVersion } = call.request
      const decode = async (bytes: Buffer) => readAnswer(bytes, apiVersion)
      return { ...call, response: { decode, parse: call.response.parse } }
    }
  }
  return Object.create(broker, { lookupRequest: { value: lookupRequest } }) as Broker
}
