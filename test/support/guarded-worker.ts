import assert from 'node:assert/strict'
import { after } from 'node:test'
import { Worker, type WorkerOptions } from '@temporalio/worker'
import { guardingCodec } from './payload-guard.ts'

const objections: string[] = []

// A worker in a process of its own only refuses: what it cannot send is missed by its test.
if (process.argv[1]?.endsWith('.test.ts')) {
  after(() => assert.deepEqual(objections, [], 'Temporal holds references and aggregates only'))
}

/** The worker of a test: as it is asked for, and no row and no profile goes through it. */
export const guardedWorker = (options: WorkerOptions): Promise<Worker> =>
  Worker.create({
    ...options,
    dataConverter: {
      ...options.dataConverter,
      payloadCodecs: [
        guardingCodec((objection) => objections.push(objection)),
        ...(options.dataConverter?.payloadCodecs ?? []),
      ],
    },
  })
