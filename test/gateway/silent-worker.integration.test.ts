import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reach } from '../../adapters/temporal/reach.ts'
import { gatewayWorld } from '../support/gateway-world.ts'
import { servers } from '../support/servers.ts'

test('an answer that no worker takes is not taken for a Temporal that is down', async () => {
  const world = await gatewayWorld({ workerless: true })
  try {
    const { client, prefix } = world.gate.environment
    const handle = await client.workflow.start('release', {
      workflowId: `${prefix}release/m/1`,
      taskQueue: `${prefix}orchestration`,
    })
    await assert.rejects(
      reach(client, servers().temporal, 1, () => handle.executeUpdate('decide', { args: [{}] })),
      { code: 'WORKER_SILENT' },
    )
  } finally {
    await world.close()
  }
})
