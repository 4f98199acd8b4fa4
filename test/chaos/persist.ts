import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowFailedError } from '@temporalio/client'

/** A round that takes longer hangs: several times what a worker's death costs until Temporal notices it. */
export const roundMs = 5 * 60_000

/** Again until the server is back; what a workflow itself failed with is not tried again. */
export async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + roundMs; ; ) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof WorkflowFailedError || performance.now() > end) throw error
      await sleep(200)
    }
  }
}

/** Until it holds, with a server gone and back in between. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + roundMs
  while (!(await persist(holds))) {
    if (performance.now() > end) throw new Error(`not within ${roundMs / 1000} s`)
    await sleep(50)
  }
}
