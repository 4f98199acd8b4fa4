import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { GateWorkerInput } from './gate-worker.ts'

/** The worker of a gate as a process of its own, ready, for tests that kill it. */
export async function gateWorkerProcess(input: GateWorkerInput): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('gate-worker.ts', import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout!, 'data')
  return child
}
