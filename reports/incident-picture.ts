import type { JudgedPerformance } from '../contracts/judged-performance.ts'
import type { Report } from '../contracts/report.ts'
import { findingsOnCard, isDrawn, performanceAlt, performanceSvg } from './performance-svg.ts'
import { reportAlt, reportSvg } from './report-svg.ts'

/** What is known of the latest bad window of an incident: its verdict or, of performance, its judgement. */
export interface IncidentEvidence {
  /** Null: retention has taken it, or it is about performance. */
  readonly report: Report | null
  /** Null: retention has taken it, or it is about something else. */
  readonly judged: JudgedPerformance | null
}

/** So many features are drawn on a card; its page draws more. */
const drawnOnCard = 2

export interface IncidentPicture {
  readonly alt: string
  /** Of what it is drawn. */
  readonly evidenceDigest: string
  readonly svg: () => string
}

/** As it is seen on a card; null: nothing was compared. */
export function incidentPicture({ report, judged }: IncidentEvidence): IncidentPicture | null {
  if (judged !== null) {
    if (!isDrawn(judged)) return null
    const { evidenceDigest } = judged
    const alt = performanceAlt(judged, findingsOnCard)
    return { alt, evidenceDigest, svg: () => performanceSvg(judged, findingsOnCard) }
  }
  if (report === null || report.features.length === 0) return null
  const { evidenceDigest } = report
  const alt = reportAlt(report, drawnOnCard)
  return { alt, evidenceDigest, svg: () => reportSvg(report, drawnOnCard) }
}

/** As its page draws it; null: nothing is known. */
export const largePicture = ({ report, judged }: IncidentEvidence): string | null =>
  judged !== null ? performanceSvg(judged) : report !== null ? reportSvg(report) : null
