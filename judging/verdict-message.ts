import type { VerdictMessage } from '../contracts/messages.ts'
import type { Report } from '../contracts/report.ts'

/** What the steward is told of a verdict; the window's start names it within its model. */
export const messageOf = (
  report: Pick<Report, 'model' | 'window' | 'verdict' | 'evidenceDigest' | 'headline' | 'features'>,
): VerdictMessage => ({
  ...(longestDrifted(report) > 1 && { span: longestDrifted(report) }),
  eventId: `scan/${report.model}/${report.window.start}`,
  model: report.model,
  verdictId: report.window.start,
  verdict: report.verdict,
  window: report.window,
  evidenceDigest: report.evidenceDigest,
  headline: report.headline,
})

const longestDrifted = ({ features }: Pick<Report, 'features'>): number =>
  Math.max(1, ...features.filter(({ state }) => state === 'drifted').map(({ windows }) => windows))
