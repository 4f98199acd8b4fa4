import type { Settings } from '../contracts/config.ts'
import type { EstimateReport } from '../contracts/estimate.ts'
import type { Incident } from '../contracts/incident.ts'
import type { ToldKind } from '../contracts/kind.ts'
import type { PerformanceReport } from '../contracts/performance.ts'
import type { PerformanceJudgement } from '../contracts/performance-finding.ts'
import type { IncidentWhy, WindowRecord, WindowWhy } from '../contracts/why.ts'
import { dataSideOf } from './data-side.ts'
import { kindOf, type LabelsSoFar } from './kinds.ts'

/**
 * Why a window is as it is, by what is on record of it. Final labels have told its kind for good. Before them it follows
 * from the verdict and the estimate, and says what is missing: no label yet, not all of them, or a model without any.
 * Null: nothing is on record.
 */
export function whyOfWindow(record: WindowRecord, hasLabels: boolean): WindowWhy | null {
  const { report, measure, estimate } = record
  const known = report ?? measure ?? estimate
  if (known === null) return null
  const isFinal = measure?.state === 'FINAL'
  const judgement = isFinal ? measure.judgement : judged(estimate)
  return {
    window: known.window,
    data: report && { verdict: report.verdict, headline: report.headline },
    performance: performanceOf(judgement),
    by: isFinal ? 'labels' : (judgement?.by ?? 'data'),
    kind: isFinal ? kindByLabels(measure) : kindBefore(record, hasLabels),
    slices: {
      drift: report?.slices ?? null,
      loss: measure?.slices ?? null,
      checked: measure?.checked ?? null,
    },
  }
}

/** An estimate that could tell something. */
const judged = (estimate: EstimateReport | null): PerformanceJudgement | undefined =>
  estimate?.judgement.findings.some(({ state }) => state !== 'unavailable')
    ? estimate.judgement
    : undefined

const performanceOf = (judgement: PerformanceJudgement | undefined): WindowWhy['performance'] =>
  judgement === undefined
    ? null
    : { by: judgement.by, verdict: judgement.verdict, headline: judgement.headline }

function kindByLabels({ kind: told }: PerformanceReport): ToldKind | null {
  if (told === undefined) return null
  const { kind, certainty, reasons, suggests, sentence } = told
  return { kind, certainty, reasons, suggests, sentence }
}

const kindBefore = ({ report, measure, estimate }: WindowRecord, hasLabels: boolean) =>
  kindOf({
    data: report && dataSideOf(report),
    performance: estimate === null ? [] : [estimate.judgement],
    classes: null,
    labels: labelsSoFar(measure, hasLabels),
  })

function labelsSoFar(measure: PerformanceReport | null, hasLabels: boolean): LabelsSoFar {
  if (!hasLabels) return 'undeclared'
  return measure !== null && measure.labelled > 0 ? 'some' : 'none'
}

export interface IncidentRecords {
  /** Of the window that the incident tells of. */
  readonly latest: WindowRecord
  /** Of the latest window of it that labels have judged; null: there is none. */
  readonly labelled: WindowRecord | null
}

/** The same of the windows of an incident: labels come late, so that those of earlier ones are told as well. */
export function whyOfIncident(records: IncidentRecords, hasLabels: boolean): IncidentWhy {
  const latest = whyOfWindow(records.latest, hasLabels)
  const labelled = records.labelled && whyOfWindow(records.labelled, hasLabels)
  const isOther = labelled !== null && labelled.window.start !== latest?.window.start
  return { latest, labelled: isOther && latest?.by !== 'labels' ? labelled : null }
}

/** Whether the model of an incident has labels by these settings; a model that was taken out of them has none. */
export const hasLabels = (
  { models }: Pick<Settings, 'models'>,
  { model }: Pick<Incident, 'model'>,
): boolean => models[model]?.labels !== undefined
