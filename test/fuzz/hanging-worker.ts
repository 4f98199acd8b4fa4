import { workerData } from 'node:worker_threads'
import type { FuzzTask } from './watched.ts'

/** Never comes back from its eighth input. */
const { at } = workerData as FuzzTask
Atomics.store(at, 0, 7)
for (;;) Atomics.load(at, 0)
