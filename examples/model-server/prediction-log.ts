import { Partitioners, type Producer } from 'kafkajs'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import type { LoggedPrediction } from '../../contracts/prediction.ts'

interface Waiting {
  readonly topic: string
  readonly events: readonly LoggedPrediction[]
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

export interface PredictionLog {
  /** Returns once the brokers have acknowledged all events. Throws when they have not: nothing may be answered. */
  append(topic: string, events: readonly LoggedPrediction[]): Promise<void>
  close(): Promise<void>
}

/** Records per send: kafkajs takes more with trouble. */
const largestSend = 20_000

/**
 * The prediction log on Kafka: key is the prediction id, timestamp the event time. Requests that come while a send
 * is under way share the next one. A producer that has failed is replaced, since kafkajs gives up on it for good.
 */
export function openPredictionLog(brokers: readonly string[]): PredictionLog {
  const kafka = kafkaClient(brokers, 'driftgate-model-server')
  let queue: Waiting[] = []
  let sending: Promise<void> | null = null
  let producer: Promise<Producer> | null = null

  async function connect(): Promise<Producer> {
    const opened = kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await opened.connect()
    return opened
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch(queue)
      queue = queue.slice(batch.length)
      try {
        producer ??= connect()
        await (await producer).sendBatch({ acks: -1, topicMessages: batch.map(messagesOf) })
        for (const { done } of batch) done()
      } catch (error) {
        await dispose()
        for (const { failed } of batch) failed(error)
      }
    }
    sending = null
  }

  async function dispose(): Promise<void> {
    const old = producer
    producer = null
    await old?.then((opened) => opened.disconnect()).catch(() => {})
  }

  return {
    append: (topic, events) =>
      new Promise((done, failed) => {
        queue.push({ topic, events, done, failed })
        sending ??= drain()
      }),
    async close() {
      await sending
      await dispose()
    },
  }
}

function takeBatch(queue: readonly Waiting[]): readonly Waiting[] {
  let records = 0
  const end = queue.findIndex(({ events }, index) => {
    records += events.length
    return index > 0 && records > largestSend
  })
  return end === -1 ? queue : queue.slice(0, end)
}

const messagesOf = ({ topic, events }: Waiting) => ({
  topic,
  messages: events.map((event) => ({
    key: event.id,
    value: JSON.stringify(event),
    timestamp: String(Date.parse(event.time)),
  })),
})
