import { CancellationScope, isCancellation, log } from '@temporalio/workflow'
import { drillFollowActs, stationActs } from './activities.ts'
import type { DrillWalk, Seen } from './drill-station.ts'
import { failureOf } from './failure.ts'

/** The champion's own trainer on a few rows, by the steps of a retraining. A job that did not end well is ended. */
export async function trainForDrill(walk: DrillWalk): Promise<Seen> {
  const { drill, prefix, runKey, patience, longest } = walk
  const { training } = stationActs(prefix, patience)
  try {
    await training.prepareDrill({ drill })
    await training.submitTraining({ runKey })
    const { state, reason } = await drillFollowActs(prefix, longest).followTraining({ runKey })
    if (state === 'succeeded') return { state: 'passed', sentence: `job ${runKey}: ${reason}` }
    return { state: 'failed', sentence: `job ${runKey}: ${reason}` }
  } catch (error) {
    await CancellationScope.nonCancellable(() => stop(walk))
    if (isCancellation(error) || failureOf(error)?.code !== 'TRAINING_GOES_ON') throw error
    return { state: 'failed', sentence: `the cluster says nothing of job ${runKey}` }
  }
}

async function stop({ prefix, runKey, patience }: DrillWalk): Promise<void> {
  try {
    await stationActs(prefix, patience).training.stopTraining({ runKey })
  } catch (error) {
    // It was never prepared, or the cluster is away: then nothing of it is waited for.
    const failure = failureOf(error)
    if (failure === null) throw error
    log.warn('the job of the drill was not ended', { runKey, ...failure })
  }
}
