import { z } from 'zod'

/** Of a log of requests and responses: halves of a window without their other half. */
export const unmatchedSchema = z.object({
  requests: z.number(),
  responses: z.number(),
  /** Of all requests, or of all responses of the window: the larger of both. */
  share: z.number(),
})
export type UnmatchedHalves = z.infer<typeof unmatchedSchema>
