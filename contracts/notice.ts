import { z } from 'zod'
import { acknowledgedSchema } from './incident.ts'

/** Why the owners of a model are told of something that no drift is. */
export const noticeCause = z.enum([
  /** The last retraining failed, or nobody knows how it ended. */
  'RETRAINING_FAILED',
  /** No row came for several windows. */
  'STALE',
  /** Records were gone before they were read, or halves stayed without their other half. */
  'INCOMPLETE_WINDOW',
  /** A scan fails again and again, or failed for good. */
  'SCAN_FAILING',
  /** The schedule of the model does not start scans. */
  'SCHEDULE_STOPPED',
  /** A chat has not shown for long what it should. */
  'CARD_BEHIND',
  /** Many models breached at once, so that none of them is retrained by itself: suspect upstream. */
  'STORM',
  /** The input guard refuses far more than usual: a caller that is broken, abuse or an attack; never drift. */
  'GUARD_FLOOD',
  /** The rollout target holds what no release put there. */
  'TRAFFIC_MOVED',
  /** The version before the one that serves is not there any more: a rollback would fail. */
  'ROLLBACK_MISSING',
  /** The schedule of the model is not what the applied configuration says. */
  'SCHEDULE_EDITED',
  /** A retraining or a release of the record has ended without a result. */
  'WORK_STOPPED',
  /** The last drill did not pass, or none has ended for too long: a release may not go through today. */
  'DELIVERY_NOT_READY',
])
export type NoticeCause = z.infer<typeof noticeCause>

/** What the owners of a model are told, once for each cause, until it is over. */
export const noticeSchema = z.object({
  /** `<model>/<cause>/<when it was opened>`. */
  id: z.string(),
  model: z.string(),
  cause: noticeCause,
  state: z.enum(['open', 'resolved']),
  openedAt: z.string(),
  resolvedAt: z.string().nullable(),
  /** How often it was seen, and when last, ISO 8601. */
  times: z.number().int(),
  lastAt: z.string(),
  /** What is wrong, with numbers; the latest that is known. */
  headline: z.string(),
  /** What happens next, or how it ended: one sentence. */
  next: z.string(),
  acknowledged: acknowledgedSchema.optional(),
  escalatedAt: z.string().optional(),
})
export type Notice = z.infer<typeof noticeSchema>
