import { impatient } from '../impatience.ts'

export const interceptors = impatient(() => ({ startToCloseTimeout: '4s', heartbeatTimeout: '4s' }))
