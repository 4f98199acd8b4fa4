import type { Brokers } from './access.ts'
import { kafkaClient } from './cluster.ts'

/** Creates a topic unless it exists, and waits for its leaders. */
export async function ensureTopic(
  address: Brokers,
  topic: string,
  partitions: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = kafkaClient(address, 'driftgate-admin').admin()
  await admin.connect()
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        },
      ],
    })
  } finally {
    await admin.disconnect()
  }
}
