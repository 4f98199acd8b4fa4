import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import '../../../adapters/kafka/cluster.ts'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

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

test('a queue of kafkajs arms a timer while the broker has it wait, and none after', async () => {
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
