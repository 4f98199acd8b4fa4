import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity'
import type { RetrainInput } from '../contracts/messages.ts'
import { type CandidateComparison, compareCandidate } from './compare-candidate.ts'
import { followTraining, stopTraining, type TrainingEnd } from './follow-training.ts'
import { prepareTraining } from './prepare-training.ts'
import { registerCandidate } from './register-candidate.ts'
import { submitTraining } from './submit-training.ts'
import type { TrainingDeps } from './training-deps.ts'

interface RunKey {
  readonly runKey: string
}

/** The steps of one retraining, on the queue `training`. Every step may be repeated at any time. */
export const trainingActivities = (deps: TrainingDeps) => ({
  /** Intent row first, then the exact rows; the specification is in the run's folder afterwards. */
  prepareTraining: (input: RetrainInput): Promise<RunKey> => prepareTraining(deps, input),

  submitTraining: (input: RunKey): Promise<{ submissionId: string }> => submitTraining(deps, input),

  /**
   * Heartbeats `{ stage, elapsedSeconds }`. A cancel of the activity kills the job and waits until
   * the cluster confirms; the worker's own shutdown leaves the job alone and lets another worker
   * follow it.
   */
  async followTraining(input: RunKey): Promise<TrainingEnd> {
    const context = Context.current()
    try {
      return await followTraining(deps, input, {
        signal: context.cancellationSignal,
        onProgress: (progress) => context.heartbeat(progress),
      })
    } catch (error) {
      if (!context.cancellationSignal.aborted) throw error
      if (context.cancellationDetails?.cancelRequested) {
        await stopTraining(deps, input)
        throw error instanceof CancelledFailure ? error : new CancelledFailure('cancelled')
      }
      throw ApplicationFailure.retryable('the worker stopped following', 'FOLLOWING_STOPPED')
    }
  },

  registerCandidate: (input: RunKey): Promise<{ version: string }> =>
    registerCandidate(deps, input),

  compareCandidate: (input: RunKey): Promise<CandidateComparison> => compareCandidate(deps, input),
})
