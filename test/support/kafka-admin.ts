import type { Admin } from 'kafkajs'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'

/** A client that may change topics, for as long as the work takes. */
export async function withAdmin<T>(broker: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient([broker]).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Deletes the topic and makes another one of the same name. */
export const makeAnew = (broker: string, topic: string, partitions = 2): Promise<void> =>
  withAdmin(broker, async (admin) => {
    await admin.deleteTopics({ topics: [topic] })
    const wanted = { topic, numPartitions: partitions }
    // The name is free once the broker has forgotten the old one.
    for (let tries = 0; ; tries++) {
      try {
        await admin.createTopics({ waitForLeaders: true, topics: [wanted] })
        return
      } catch (error) {
        if (tries === 20) throw error
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
  })
