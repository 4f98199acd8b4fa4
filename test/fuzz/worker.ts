import { parentPort, workerData } from 'node:worker_threads'
import { formats } from '../../formats/index.ts'
import { createFuzzer } from './fuzzer.ts'
import type { FuzzTask } from './watched.ts'

const { seed, from, to, at } = workerData as FuzzTask
const fuzzer = createFuzzer(formats, seed)
let index = from
try {
  for (; index < to; index++) {
    Atomics.store(at, 0, index)
    fuzzer.run(index)
  }
  parentPort?.postMessage({ tally: fuzzer.end() })
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  parentPort?.postMessage({ failed: { index, reason } })
}
