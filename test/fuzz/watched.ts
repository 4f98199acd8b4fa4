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
  /** An input that takes longer is a hang: milliseconds of CPU, and 30 times as long by the clock for what only waits. */
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
    let [seen, since, cpuSince] = [-1, performance.now(), cpuMs()]
    const done = (outcome: FuzzOutcome) => {
      clearInterval(watch)
      void thread.terminate()
      resolve(outcome)
    }
    const fail = (reason: string) => done({ failed: { index: Atomics.load(at, 0), reason } })
    const watch = setInterval(
      () => {
        const now = Atomics.load(at, 0)
        if (now !== seen) [seen, since, cpuSince] = [now, performance.now(), cpuMs()]
        // Before the first input the thread is still being started.
        else if (
          now >= 0 &&
          (cpuMs() - cpuSince > deadlineMs || performance.now() - since > 30 * deadlineMs)
        ) {
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

/** Of the whole process: the thread is what it is busy with. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
