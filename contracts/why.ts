import { z } from 'zod'
import type { EstimateReport } from './estimate.ts'
import { incidentSchema } from './incident.ts'
import { toldKind } from './kind.ts'
import type { PerformanceReport } from './performance.ts'
import { judgedBy, performanceVerdict } from './performance-finding.ts'
import { type Report, verdictName, windowSchema } from './report.ts'
import { checkedSlices, driftSlices, lossSlices } from './slice.ts'

/** What is on record of one window; null: nothing is. */
export interface WindowRecord {
  readonly report: Report | null
  readonly measure: PerformanceReport | null
  readonly estimate: EstimateReport | null
}

/** Why one window is as it is, by all that is known of it at the moment. */
export const windowWhy = z.object({
  window: windowSchema,
  /** What its verdict on the data says; null: there is none. */
  data: z.object({ verdict: verdictName, headline: z.string() }).nullable(),
  /** What its final labels say of how well it went, or an estimate before them; null: neither could judge. */
  performance: z
    .object({ by: judgedBy, verdict: performanceVerdict, headline: z.string() })
    .nullable(),
  /** The best that the kind is told by. `labels`: they are final, and so is the kind; before them it is told anew every time. */
  by: z.enum(['labels', 'estimate', 'data']),
  /** Which kind of drift, and what that suggests; null: none shows. */
  kind: toldKind.nullable(),
  /** Rows that stand out, whether they were declared as segments or not; null: nobody looked. */
  slices: z.object({
    /** Whose share of the rows changed most. */
    drift: driftSlices.nullable(),
    /** That got worse than the rest, by their labels. */
    loss: lossSlices.nullable(),
    /** What has become of those of the final window before. */
    checked: checkedSlices.nullable(),
  }),
})
export type WindowWhy = z.infer<typeof windowWhy>

export const whyAnswer = windowWhy.extend({
  schema: z.literal('driftgate-why/1'),
  model: z.string(),
})
export type WhyAnswer = z.infer<typeof whyAnswer>

/** Why an incident is open: its latest window, and the latest that labels have judged. */
export const incidentWhy = z.object({
  /** Of the window that the incident tells of; null: retention has taken all that was known of it. */
  latest: windowWhy.nullable(),
  /** Of the latest window of the incident with final labels, where that is an earlier one; null: it is none or the same. */
  labelled: windowWhy.nullable(),
})
export type IncidentWhy = z.infer<typeof incidentWhy>

export const incidentWhyAnswer = incidentWhy.extend({
  schema: z.literal('driftgate-incident-why/1'),
  incident: incidentSchema,
})
export type IncidentWhyAnswer = z.infer<typeof incidentWhyAnswer>

/** `window`: its start, ISO 8601, or `latest`. */
export const whyParams = z.object({ model: z.string(), window: z.string() })
