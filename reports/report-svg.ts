import type { Report } from '../contracts/report.ts'
import { accessibleName, distributionBody } from './distribution-svg.ts'
import { count, span } from './numbers.ts'
import { sortedFeatures } from './report-table.ts'
import { element, label, picture } from './svg.ts'
import { wrap } from './text.ts'

const width = 500
const line = 16
const row = 200
/** Letters of the headline that fit beside each other, as wide as most are. */
const letters = 72

/**
 * One picture of a report: its headline, and the distributions of what stands out most.
 * @param most how many features are drawn; the rest is counted in words.
 */
export function reportSvg(report: Report, most = 3): string {
  const features = sortedFeatures(report)
  const shown = features.slice(0, most)
  const hidden = features.length - shown.length
  const headline = wrap(report.headline, letters).split('\n')
  const head = 46 + headline.length * line
  const height = head + shown.length * row + (hidden > 0 ? 24 : 0)
  return picture(
    { width, height },
    reportAlt(report, most),
    label(12, 22, `${report.model}: ${report.verdict}`, { 'font-size': 16, 'font-weight': 700 }),
    ...headline.map((text, index) => label(12, 40 + index * line, text)),
    label(12, head - 6, `${span(report.window)}, ${count(report.rows.good)} rows`, {
      'fill-opacity': 0.75,
    }),
    ...shown.map((feature, index) =>
      element(
        'g',
        { transform: `translate(0 ${head + index * row + 8})` },
        distributionBody(feature),
      ),
    ),
    ...(hidden > 0 ? [label(12, height - 8, `and ${hidden} more`, { 'fill-opacity': 0.75 })] : []),
  )
}

/** The same in words, with the numbers of what is drawn: for whoever cannot see it, or a chat that does not show it. */
export function reportAlt(report: Report, most = 3): string {
  const shown = sortedFeatures(report).slice(0, most)
  const title = `${report.model}: ${report.verdict}. ${report.headline}`
  return [title, ...shown.map(accessibleName)].join('. ')
}
