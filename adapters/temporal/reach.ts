import type { Client } from '@temporalio/client'
import { DriftgateError } from '../../contracts/errors.ts'
import { probeTemporal } from './probe.ts'

/** Numbers of google.rpc.Code. */
const deadlineExceeded = 4
const unavailable = 14

/**
 * A call that ends: within `seconds` it answers, or fails with TEMPORAL_UNREACHABLE (nobody there) or
 * WORKER_SILENT (Temporal is there, but nothing that it waits for). Every other error passes.
 */
export async function reach<T>(
  client: Client,
  address: string,
  seconds: number,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + seconds * 1000, call)
  } catch (cause) {
    const code = grpcCode(cause)
    if (code === unavailable || (code === deadlineExceeded && !(await answers(client, address)))) {
      throw new DriftgateError('TEMPORAL_UNREACHABLE', { address }, { cause })
    }
    if (code === deadlineExceeded) {
      throw new DriftgateError('WORKER_SILENT', { seconds }, { cause })
    }
    throw cause
  }
}

/** The status of a gRPC failure, however deep it is wrapped. */
function grpcCode(error: unknown): number | undefined {
  for (let found = error; found instanceof Error; found = found.cause) {
    if (found.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return deadlineExceeded
    if ('code' in found && typeof found.code === 'number') return found.code
  }
  return undefined
}

const answers = (client: Client, address: string): Promise<boolean> =>
  probeTemporal(client, address, 2_000).then(
    () => true,
    () => false,
  )
