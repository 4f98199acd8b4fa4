import type { ExpectedPart, JudgedPerformance } from '../contracts/judged-performance.ts'
import type { MeasuredMetric } from '../contracts/performance.ts'
import type { PerformanceFinding } from '../contracts/performance-finding.ts'
import { short } from './numbers.ts'

/** What an estimate expects where a finding looked; null: the finding is of labels, or of another metric. */
export function expectedOf(
  { expected }: Pick<JudgedPerformance, 'expected'>,
  { rule, version, segment, metric }: PerformanceFinding,
): ExpectedPart | null {
  if (rule !== 'estimate') return null
  const found = expected.find((part) => part.version === version && part.segment === segment)
  return found?.loss.name === metric ? found : null
}

/**
 * "0.16 estimated (0.15 to 0.18), 0.12 on the reference": the interval is that of the change, laid on the reference, so
 * that it holds the reference where nothing is certain.
 */
export function expectedText(
  { loss: { value, reference } }: ExpectedPart,
  { effectInterval }: Pick<PerformanceFinding, 'effectInterval'>,
): string {
  const interval =
    effectInterval === null
      ? ''
      : ` (${effectInterval.map((bound) => short(reference + bound)).join(' to ')})`
  return `${short(value)} estimated${interval}, ${short(reference)} on the reference`
}

/** So many metrics are told of a version. */
const most = 4

/** Of each version, all its predictions, the metrics that are expected of it once its labels come. */
export const expectedLines = ({ expected }: Pick<JudgedPerformance, 'expected'>): string[] =>
  expected
    .filter(({ segment }) => segment === '')
    .flatMap(({ version, metrics }) => {
      const told = metrics.filter(({ value }) => value !== null).slice(0, most)
      return told.length === 0
        ? []
        : [
            `Expected of version ${version || '(none)'} by an estimate, once labels come: ${told.map(metricText).join(', ')}.`,
          ]
    })

/** "roc auc 0.74 (0.72 to 0.76)". */
function metricText({ name, value, low, high }: MeasuredMetric): string {
  const range = low === null || high === null ? '' : ` (${short(low)} to ${short(high)})`
  return `${name.replaceAll('_', ' ')} ${short(value as number)}${range}`
}
