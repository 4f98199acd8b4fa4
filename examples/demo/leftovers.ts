import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import type { ServerAddresses } from '../../contracts/servers.ts'

const ofDemo = /^demo[-_][0-9a-f]{8}\b/

/**
 * Removes what earlier runs of the demo left on the project's own servers: databases, topics, schedules and
 * workflows by the name that only the demo gives.
 */
export async function removeLeftovers(folder: string, addresses: ServerAddresses): Promise<void> {
  await Promise.all([
    dropDatabases(addresses.postgres),
    deleteTopics(addresses.kafka),
    endWorkflows(addresses.temporal),
  ])
  const objects = join(folder, 'objects')
  mkdirSync(objects, { recursive: true })
  for (const name of readdirSync(objects).filter((each) => ofDemo.test(each))) {
    rmSync(join(objects, name), { recursive: true })
  }
}

async function dropDatabases(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>('select datname as name from pg_database')
    for (const { name } of rows.filter((row) => ofDemo.test(row.name))) {
      await client.query(`drop database ${name} with (force)`)
    }
  } finally {
    await client.end()
  }
}

async function deleteTopics(broker: string): Promise<void> {
  const admin = kafkaClient([broker], 'driftgate-demo').admin()
  await admin.connect()
  try {
    const topics = (await admin.listTopics()).filter((topic) => ofDemo.test(topic))
    if (topics.length > 0) await admin.deleteTopics({ topics })
  } finally {
    await admin.disconnect()
  }
}

async function endWorkflows(address: string): Promise<void> {
  const client = await connectClient({ address, namespace: 'default' }, { forMs: 30_000 })
  try {
    for await (const { scheduleId } of client.schedule.list()) {
      if (ofDemo.test(scheduleId)) await client.schedule.getHandle(scheduleId).delete()
    }
    const query = 'ExecutionStatus = "Running" and WorkflowId STARTS_WITH "demo-"'
    for await (const { workflowId } of client.workflow.list({ query })) {
      if (ofDemo.test(workflowId)) {
        await client.workflow.getHandle(workflowId).terminate('left by an earlier run of the demo')
      }
    }
  } finally {
    await client.connection.close()
  }
}
