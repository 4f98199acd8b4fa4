import { z } from 'zod'

/** What happened at a gate that nobody had answered yet. */
export const gateEventKind = z.enum(['half-time', 'last-call', 'escalated'])
export type GateEventKind = z.infer<typeof gateEventKind>
