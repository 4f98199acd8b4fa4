import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inThread } from '../../activities/in-thread.ts'

const head = `import { parentPort, workerData } from 'node:worker_threads';`
const entry = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(head + text)}`)

test('what a thread posts is the result, and what it throws is thrown', async () => {
  const twice = entry('parentPort.postMessage(workerData * 2)')
  assert.equal(await inThread(twice, 21), 42)
  await assert.rejects(inThread(entry(`throw new RangeError('of it')`), 0), {
    name: 'RangeError',
    message: 'of it',
  })
  await assert.rejects(inThread(entry('process.exit(3)'), 0), /ended with 3 and without a result/)
})

test('an abort ends the thread, even one that never looks up, and its reason is thrown', async () => {
  const count = new Int32Array(new SharedArrayBuffer(4))
  const abort = new AbortController()
  const stop = new Error('cancelled')
  const running = inThread(entry('for (;;) Atomics.add(workerData, 0, 1)'), count, abort.signal)
  while (Atomics.load(count, 0) === 0) await sleep(5)
  abort.abort(stop)
  await assert.rejects(running, stop)
  const then = Atomics.load(count, 0)
  await sleep(100)
  assert.equal(Atomics.load(count, 0), then, 'it counts no further')
  await assert.rejects(inThread(entry(''), 0, abort.signal), stop, 'nor does one begin')
})
