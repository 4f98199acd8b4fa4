import { impatient } from '../impatience.ts'

/** The job itself takes as long as it does; that it is followed is heard of all the time. */
export const interceptors = impatient((activity) =>
  activity === 'followTraining' ? { heartbeatTimeout: '8s' } : { startToCloseTimeout: '15s' },
)
