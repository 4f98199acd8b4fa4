import { proxyActivities } from '@temporalio/workflow'
import type { trainingActivities } from '../../activities/training.ts'

const { followTraining } = proxyActivities<ReturnType<typeof trainingActivities>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '200ms' },
})

/** One step of a retraining alone, for the test of what ends it. */
export async function followOnly(runKey: string): Promise<string> {
  return (await followTraining({ runKey })).state
}
