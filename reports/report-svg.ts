import type { Report } from '../contracts/report.ts'
import { distributionBody } from './distribution-svg.ts'
import { count, span } from './numbers.ts'
import { sortedFeatures } from './report-table.ts'
import { element, label, picture } from './svg.ts'

const width = 500
const head = 62
const row = 200

/**
 * One picture of a report: its headline, and the distributions of what stands out most.
 * @param most how many features are drawn; the rest is counted in words.
 */
export function reportSvg(report: Report, most = 3): string {
  const features = sortedFeatures(report)
  const shown = features.slice(0, most)
  const hidden = features.length - shown.length
  const height = head + shown.length * row + (hidden > 0 ? 24 : 0)
  const title = `${report.model}: ${report.verdict}. ${report.headline}`
  return picture(
    { width, height },
    title,
    label(12, 22, `${report.model}: ${report.verdict}`, { 'font-size': 16, 'font-weight': 700 }),
    label(12, 40, report.headline),
    label(12, 56, `${span(report.window)}, ${count(report.rows.good)} rows`, {
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
