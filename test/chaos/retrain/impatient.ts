import type { WorkflowInterceptorsFactory } from '@temporalio/workflow'

/**
 * Bundled with the workflows: an attempt whose worker died is given up after seconds and not after minutes, so that a
 * round takes no longer than its job. Nothing else is different.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) =>
        next({
          ...input,
          options: {
            ...input.options,
            // The job itself takes as long as it does; that it is followed is heard of all the time.
            ...(input.activityType === 'followTraining'
              ? { heartbeatTimeout: '8s' }
              : { startToCloseTimeout: '15s' }),
            retry: { ...input.options.retry, initialInterval: '200ms', maximumInterval: '1s' },
          },
        }),
    },
  ],
})
