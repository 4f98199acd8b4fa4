import { z } from 'zod'
import { duration } from './duration.ts'

/** How requests and responses that a log carries apart become rows. */
export const joinSettings = z
  .strictObject({
    delay: duration
      .prefault('5m')
      .describe(
        'a request and a response of one id belong together when their event times are no further apart',
      ),
  })
  .prefault({})
  .describe('of kind pair: how a request finds its response')
