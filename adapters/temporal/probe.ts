import type { Client } from '@temporalio/client'
import { DriftgateError } from '../../contracts/errors.ts'

/** Resolves when the server answers within so many milliseconds. Throws TEMPORAL_UNREACHABLE. */
export async function probeTemporal(
  client: Client,
  address: string,
  withinMs: number,
): Promise<void> {
  try {
    await client.withDeadline(Date.now() + withinMs, () => client.workflowService.getSystemInfo({}))
  } catch (cause) {
    throw new DriftgateError('TEMPORAL_UNREACHABLE', { address }, { cause })
  }
}
