import { ApplicationFailure, Context } from '@temporalio/activity'
import { ApplicationFailureCategory } from '@temporalio/common'
import type { RetrainInput } from '../contracts/messages.ts'
import { type CandidateComparison, compareCandidate } from './compare-candidate.ts'
import type { DrillId } from './drill-of.ts'
import { stopTraining } from './follow-training.ts'
import { lookAtTraining, type Seen, type TrainingEnd } from './look-at-training.ts'
import { prepareDrill } from './prepare-drill.ts'
import { prepareTraining } from './prepare-training.ts'
import { registerCandidate } from './register-candidate.ts'
import { type RegisteredDrill, registerDrill } from './register-drill.ts'
import { submitTraining } from './submit-training.ts'
import type { TrainingDeps } from './training-deps.ts'

/** Between two signs of life. */
const beatMs = 5_000

interface RunKey {
  readonly runKey: string
}

/** The steps of one retraining, on the queue `training`. Every step may be repeated at any time. */
export const trainingActivities = (deps: TrainingDeps) => ({
  /** Intent row first, then the exact rows; the specification is in the run's folder afterwards. */
  prepareTraining: (input: RetrainInput): Promise<RunKey> =>
    beating(() => prepareTraining(deps, input)),

  submitTraining: (input: RunKey): Promise<{ submissionId: string }> =>
    beating(() => submitTraining(deps, input)),

  /**
   * One look at the job. While it runs the attempt fails with `TRAINING_GOES_ON` and is repeated after a while, by
   * whichever worker: Temporal waits, and no slot of a worker is held however long a job takes. What was seen goes
   * from one attempt to the next as the details of its heartbeat. A cancel ends no job, see `stopTraining`.
   */
  async followTraining(input: RunKey): Promise<TrainingEnd> {
    const context = Context.current()
    const heard = context.info.heartbeatDetails as { readonly seen?: Seen } | undefined
    // What was seen before stays, should the worker be killed in the middle of this look.
    const look = await beating(() => lookAtTraining(deps, input, heard?.seen ?? null), heard)
    if (look.end !== null) return look.end
    context.heartbeat({ ...look.progress, seen: look.seen })
    throw ApplicationFailure.create({
      ...{ type: 'TRAINING_GOES_ON', message: look.progress.stage },
      ...{ nextRetryDelay: look.againMs, category: ApplicationFailureCategory.BENIGN },
    })
  },

  /** Ends the job of a retraining that was cancelled; returns once the cluster confirmed. */
  stopTraining: (input: RunKey): Promise<void> => beating(() => stopTraining(deps, input)),

  registerCandidate: (input: RunKey): Promise<{ version: string }> =>
    beating(() => registerCandidate(deps, input)),

  compareCandidate: (input: RunKey): Promise<CandidateComparison> =>
    beating(() => compareCandidate(deps, input)),

  prepareDrill: (input: DrillId): Promise<RunKey> => beating(() => prepareDrill(deps, input)),

  registerDrill: (input: DrillId): Promise<RegisteredDrill> =>
    beating(() => registerDrill(deps, input)),
})

/** A worker that is killed in the middle of a step is missed soon. */
async function beating<Result>(work: () => Promise<Result>, details?: unknown): Promise<Result> {
  const context = Context.current()
  const timer = setInterval(() => context.heartbeat(details), beatMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
