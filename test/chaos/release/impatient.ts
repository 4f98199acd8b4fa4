import type { WorkflowInterceptorsFactory } from '@temporalio/workflow'

/**
 * Bundled with the workflows: an attempt whose worker died is given up after seconds and not after minutes, so that a
 * round takes seconds. Nothing else is different.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) =>
        next({
          ...input,
          options: {
            ...input.options,
            ...{ startToCloseTimeout: '4s', heartbeatTimeout: '4s' },
            retry: { ...input.options.retry, initialInterval: '200ms', maximumInterval: '1s' },
          },
        }),
    },
  ],
})
