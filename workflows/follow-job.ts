import { CancellationScope, isCancellation, patched } from '@temporalio/workflow'
import type { TrainingEnd } from '../activities/look-at-training.ts'
import { followActs, trainingActs } from './activities.ts'

/** Until the job of a run key has ended; a cancel ends the job first. */
export async function followJob(prefix: string, runKey: string): Promise<TrainingEnd> {
  const waits = !patched('look-and-come-back')
  try {
    return await followActs(prefix, { waits }).followTraining({ runKey })
  } catch (error) {
    if (isCancellation(error) && !waits) {
      await CancellationScope.nonCancellable(() => trainingActs(prefix).stopTraining({ runKey }))
    }
    throw error
  }
}
