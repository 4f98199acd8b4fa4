import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import { ensureTopic } from '../../../adapters/kafka/admin.ts'
import { openKafkaLog } from '../../../adapters/kafka/log.ts'
import { servers } from '../../support/servers.ts'

/** How many timers the work armed by the global function, which kafkajs calls; what waits here does not. */
async function timersArmed(work: () => Promise<void>): Promise<number> {
  const original = globalThis.setTimeout
  let armed = 0
  globalThis.setTimeout = ((...args: Parameters<typeof original>) => {
    armed++
    return original(...args)
  }) as typeof original
  try {
    await work()
  } finally {
    globalThis.setTimeout = original
  }
  return armed
}

describe('a connected cluster', () => {
  test('arms no timer while nothing is asked of it', async () => {
    const brokers = [servers().kafka]
    const topic = `test-${randomBytes(6).toString('hex')}`
    await ensureTopic(brokers, topic, 1)
    const log = await openKafkaLog(brokers)
    try {
      assert.equal((await log.offsets(topic)).length, 1)
      // Whatever the last answers left behind runs out first.
      await sleep(100)
      assert.equal(await timersArmed(() => sleep(500)), 0)
    } finally {
      await log.close()
    }
  })

  test('arms one while the broker has it wait, and none after', async () => {
    const queue = Object.assign(Object.create(RequestQueue.prototype), {
      pending: [],
      throttledUntil: Date.now() + 50,
      throttleCheckTimeoutId: null,
    }) as typeof RequestQueue.prototype
    const armed = await timersArmed(async () => {
      queue.scheduleCheckPendingRequests()
      while (queue.throttledUntil > Date.now()) await sleep(10)
      await sleep(50)
    })
    assert.ok(armed >= 1 && armed <= 5, `${armed} timers`)
    const after = await timersArmed(() => sleep(100))
    queue.destroy()
    assert.equal(after, 0)
  })
})
