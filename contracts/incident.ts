import { z } from 'zod'
import { judgedBy } from './performance-finding.ts'
import { windowSchema } from './report.ts'

/**
 * DRIFT, inputs or scores have changed, and PERFORMANCE, the model does worse, may lead to a retraining; DATA_QUALITY
 * waits for a person and never does.
 */
export const incidentKind = z.enum(['DRIFT', 'DATA_QUALITY', 'PERFORMANCE'])
export type IncidentKind = z.infer<typeof incidentKind>

/** What may be done about each kind. */
export const incidentKinds: Readonly<
  Record<
    IncidentKind,
    {
      /** New data may mend it. */
      readonly retrains: boolean
      /** A person may say that it is the new normal; a model that does worse stays worse, whatever anybody says. */
      readonly absorbs: boolean
      /** Its windows were refused as broken: whoever absorbs them says why they are normal all the same. */
      readonly broken: boolean
    }
  >
> = {
  DRIFT: { retrains: true, absorbs: true, broken: false },
  DATA_QUALITY: { retrains: false, absorbs: true, broken: true },
  PERFORMANCE: { retrains: true, absorbs: false, broken: false },
}

/** Somebody has seen it and takes care: nobody else is told. It stays open until it is over. */
export const acknowledgedSchema = z.object({
  /** Subject of the person, as the identity provider calls them, and the name that people know. */
  by: z.string(),
  name: z.string(),
  /** ISO 8601. */
  at: z.string(),
})
export type Acknowledged = z.infer<typeof acknowledgedSchema>

/** What stays open from the first bad verdict until it is resolved. */
export const incidentSchema = z.object({
  /** `<model>/<kind>/<start of the first bad window>`, with `-estimate` after it where an estimate opened it. */
  id: z.string(),
  model: z.string(),
  kind: incidentKind,
  /** Of PERFORMANCE: an estimate says so, or labels do, as soon as they have; absent: another kind. */
  by: judgedBy.optional(),
  state: z.enum(['open', 'resolved']),
  openedAt: z.string(),
  resolvedAt: z.string().nullable(),
  /** Event time of the first and of the latest bad window. */
  firstWindow: windowSchema,
  lastWindow: windowSchema,
  /** How many bad windows so far. */
  windows: z.number().int(),
  /** How many windows the longest look merged that found it; absent: 1. It is quiet once so many windows are. */
  span: z.number().int().optional(),
  /** The latest verdict that belongs to it; of PERFORMANCE the start of the window whose judgement is told. */
  verdictId: z.string(),
  /** Of that verdict. */
  evidenceDigest: z.string(),
  headline: z.string(),
  /** Why it was resolved; absent: it is open, or ended before this was told. */
  resolvedBy: z.enum(['quiet', 'promoted', 'absorbed']).optional(),
  /** What happens next, or how it ended: one sentence. */
  next: z.string(),
  runKey: z.string().nullable(),
  release: z.string().nullable(),
  /** Absent: nobody has. */
  acknowledged: acknowledgedSchema.optional(),
  /** When others were told because nobody had acknowledged it, ISO 8601; absent: they were not. */
  escalatedAt: z.string().optional(),
})
export type Incident = z.infer<typeof incidentSchema>
