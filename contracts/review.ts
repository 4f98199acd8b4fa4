import { z } from 'zod'
import { tokenRequest } from './api.ts'
import { releaseViewSchema } from './release.ts'

/** `approve` upholds what was approved by breaking the glass, `reject` objects to it. */
export const reviewRequest = tokenRequest
  .extend({ reason: z.string().trim().max(2_000).default('') })
  .refine(({ answer, reason }) => answer === 'approve' || reason !== '', {
    path: ['reason'],
    message: 'an objection needs a reason',
  })
export type ReviewRequest = z.infer<typeof reviewRequest>

export const reviewsAnswer = z.object({
  schema: z.literal('driftgate-reviews/1'),
  /** Those that nobody has ended, the most urgent first. */
  releases: z.array(releaseViewSchema),
})
