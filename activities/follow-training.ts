import { setTimeout as sleep } from 'node:timers/promises'
import { markEnded } from '../adapters/postgres/retrainings.ts'
import type { TrainingProgress } from '../contracts/training-progress.ts'
import { type LookDeps, lookAtTraining, type Seen, type TrainingEnd } from './look-at-training.ts'
import { retrainingOf, type TrainingDeps } from './training-deps.ts'

export interface FollowOptions {
  /** Stops following, never the job; the signal's reason is thrown. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainingProgress) => void
}

/** Looks at the job of a run key until it has ended. Can be called again at any time: all is in cluster, folder and table. */
export async function followTraining(
  deps: LookDeps,
  run: { runKey: string },
  { signal, onProgress }: FollowOptions = {},
): Promise<TrainingEnd> {
  for (let seen: Seen | null = null; ; ) {
    signal?.throwIfAborted()
    const look = await lookAtTraining(deps, run, seen)
    if (look.end !== null) return look.end
    onProgress?.(look.progress)
    seen = look.seen
    await sleep(look.againMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Ends the job of a cancelled retraining and records it; returns once the cluster confirmed. */
export async function stopTraining(
  deps: Pick<TrainingDeps, 'db' | 'cluster' | 'clock'>,
  { runKey }: { runKey: string },
): Promise<void> {
  const { submissionId } = await retrainingOf(deps, runKey)
  if (submissionId !== null) await deps.cluster.kill(submissionId)
  const at = new Date(deps.clock())
  await markEnded(deps.db, runKey, { state: 'failed', reason: 'it was cancelled', at })
}
