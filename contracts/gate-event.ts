import { z } from 'zod'

/** What happened at a gate, or to a review, that nobody had answered yet. */
export const gateEventKind = z.enum([
  'half-time',
  'last-call',
  'escalated',
  'asked-again',
  'review-overdue',
])
export type GateEventKind = z.infer<typeof gateEventKind>
