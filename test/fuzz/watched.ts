import { Worker } from 'node:worker_threads'
import type { Tally } from './fuzzer.ts'

export interface FuzzTask {
  readonly seed: number
  /** Numbers of the inputs, [from, to). */
  readonly from: number
  readonly to: number
  /** At 0: the input that is being read. */
  readonly at: Int32Array
}

export type FuzzOutcome =
  | { readonly tally: Tally }
  | { readonly failed: { readonly index: number; readonly reason: string } }

export interface WatchOptions {
  /** An input that takes longer is a hang; milliseconds. */
  readonly deadlineMs: number
  readonly worker?: URL
  /** Told now and then which input is being read. */
  readonly onProgress?: (index: number) => void
}

/**
 * Runs a fuzzer in a thread of its own and watches it from outside: what hangs cannot tell the time, and what takes
 * all memory ends the thread alone.
 */
export function runWatched(
  task: Omit<FuzzTask, 'at'>,
  { deadlineMs, worker = new URL('worker.ts', import.meta.url), onProgress }: WatchOptions,
): Promise<FuzzOutcome> {
  const at = new Int32Array(new SharedArrayBuffer(4))
  at[0] = -1
  const thread = new Worker(worker, {
    workerData: { ...task, at },
    resourceLimits: { maxOldGenerationSizeMb: 1_024 },
  })
  return new Promise((resolve) => {
    let [seen, since] = [-1, performance.now()]
    const done = (outcome: FuzzOutcome) => {
      clearInterval(watch)
      void thread.terminate()
      resolve(outcome)
    }
    const fail = (reason: string) => done({ failed: { index: Atomics.load(at, 0), reason } })
    const watch = setInterval(
      () => {
        const now = Atomics.load(at, 0)
        if (now !== seen) [seen, since] = [now, performance.now()]
        // Before the first input the thread is still being started.
        else if (now >= 0 && performance.now() - since > deadlineMs) {
          fail(`it takes longer than ${deadlineMs} ms`)
        }
        onProgress?.(now)
      },
      Math.min(100, deadlineMs / 4),
    )
    thread.once('message', done)
    thread.once('error', (error) => fail(`the thread ended: ${error.message}`))
    thread.once('exit', (code) => fail(`the thread ended with ${code}`))
  })
}
