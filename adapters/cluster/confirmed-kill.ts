import { setTimeout as sleep } from 'node:timers/promises'
import { DriftgateError } from '../../contracts/errors.ts'
import type { TrainingCluster } from './training-cluster.ts'

/** A kill is asked for until the job has ended, for so long. */
const killMs = 60_000
const pauseMs = 250

export interface Killing extends Pick<TrainingCluster, 'status'> {
  /** Of the cluster, for people. */
  readonly address: string
  /** Asks for the kill, once more each time. */
  readonly ask: (submissionId: string) => Promise<unknown>
}

/** Where a kill is only a request, its end is seen in the status. Throws CLUSTER_UNREACHABLE where it does not come. */
export async function confirmedKill(
  submissionId: string,
  { status, ask, address }: Killing,
): Promise<void> {
  for (const deadline = Date.now() + killMs; Date.now() < deadline; await sleep(pauseMs)) {
    const { state } = await status(submissionId)
    if (state !== 'queued' && state !== 'running' && state !== 'unknown') return
    await ask(submissionId)
  }
  const cause = new Error(`${submissionId} did not end within 60 s of being killed`)
  throw new DriftgateError('CLUSTER_UNREACHABLE', { address }, { cause })
}
