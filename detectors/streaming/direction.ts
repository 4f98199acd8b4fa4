import { z } from 'zod'

/** Which way a change alarms. */
export const direction = z.enum(['up', 'down', 'both'])

/** What a state holds of it. */
export interface Sides {
  readonly up: boolean
  readonly down: boolean
}

export const sidesOf = (way: z.output<typeof direction>): Sides => ({
  up: way !== 'down',
  down: way !== 'up',
})
