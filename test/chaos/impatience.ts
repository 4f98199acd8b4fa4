import type { WorkflowInterceptorsFactory } from '@temporalio/workflow'

/** As much of the options of an activity as a round is impatient about. */
interface Timeouts {
  readonly startToCloseTimeout?: '4s' | '15s'
  readonly heartbeatTimeout?: '4s' | '8s'
}

/**
 * Bundled with the workflows: an attempt whose worker died is given up after seconds and not after minutes, so that a
 * round takes seconds. Nothing else is different.
 */
export const impatient =
  (timeoutsOf: (activity: string) => Timeouts): WorkflowInterceptorsFactory =>
  () => ({
    outbound: [
      {
        scheduleActivity: (input, next) =>
          next({
            ...input,
            options: {
              ...input.options,
              ...timeoutsOf(input.activityType),
              retry: { ...input.options.retry, initialInterval: '200ms', maximumInterval: '1s' },
            },
          }),
      },
    ],
  })
