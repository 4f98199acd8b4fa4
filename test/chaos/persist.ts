import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowFailedError } from '@temporalio/client'
import pg from 'pg'

/** A round that takes longer hangs: several times what a worker's death costs until Temporal notices it. */
export const roundMs = 5 * 60_000

/** Again until the server is back; what a workflow itself failed with, or SQL that is wrong, is not tried again. */
export async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + roundMs; ; ) {
    try {
      return await attempt()
    } catch (error) {
      const lasting = error instanceof WorkflowFailedError || isWrongSql(error)
      if (lasting || performance.now() > end) throw error
      await sleep(200)
    }
  }
}

/** Said by a server that is there, and neither starting nor ending (classes 08, 53 and 57P). */
const isWrongSql = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !/^(08|53|57P)/.test(error.code ?? '')

/** Until it holds, with a server gone and back in between. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + roundMs
  while (!(await persist(holds))) {
    if (performance.now() > end) throw new Error(`not within ${roundMs / 1000} s`)
    await sleep(50)
  }
}
