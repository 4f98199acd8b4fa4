import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { scanWorld } from './scan-world.ts'

export interface SentLabel {
  readonly value: string | null
  readonly key?: string
  readonly partition?: number
}

/** A scan world whose label topic is there, with two partitions, and somebody who writes into it. */
export async function labelledWorld(options: Parameters<typeof scanWorld>[0] = {}) {
  const world = await scanWorld(options)
  const labelTopic = `${world.topic}-labels`
  await ensureTopic([world.broker], labelTopic, 2)
  const producer = kafkaClient([world.broker]).producer()
  await producer.connect()
  return {
    ...world,
    labelTopic,
    sendLabels: async (labels: readonly SentLabel[]): Promise<void> => {
      const messages = labels.map(({ partition = 0, ...label }) => ({ partition, ...label }))
      await producer.send({ topic: labelTopic, messages })
    },
    close: async () => {
      await producer.disconnect()
      await world.close()
    },
  }
}

/** One label as its record has it. */
export const labelOf = (
  id: string,
  time: string,
  label: unknown = 1,
  rest: object = {},
): SentLabel => ({ key: id, value: JSON.stringify({ id, time, label, ...rest }) })
