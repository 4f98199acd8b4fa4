import type { JudgedPerformance } from '../contracts/judged-performance.ts'
import type { PerformanceFinding, PerformanceRule } from '../contracts/performance-finding.ts'
import { sentence } from './concern-words.ts'
import { expectedLines, expectedOf, expectedText } from './expected-words.ts'
import { count, instant, percent, probability, short } from './numbers.ts'

/** So many findings are told one by one. */
const most = 3

const ruleNames: Readonly<Record<PerformanceRule, string>> = {
  error_stream: 'stream of errors',
  loss: 'loss',
  gap: 'estimate and labels',
  calibration: 'calibration',
  label_given_score: 'label given its score',
  estimate: 'estimate',
}

/** What speaks for it the most first: alarms, then what was only noted, then the rest; in the order in which it was said. */
export const sortedFindings = ({ judgement }: JudgedPerformance): PerformanceFinding[] =>
  (['alarm', 'watch', 'ok', 'unavailable'] as const).flatMap((state) =>
    judgement.findings.filter((finding) => finding.state === state),
  )

/** "loss (brier), version 3, north": by which rule, what is measured, of what. */
export function findingName({ rule, metric, version, segment }: PerformanceFinding): string {
  const what =
    metric === null ? ruleNames[rule] : `${ruleNames[rule]} (${metric.replaceAll('_', ' ')})`
  return [what, `version ${version || '(none)'}`, ...(segment ? [segment] : [])].join(', ')
}

/** How sure it is that a model does worse, with the numbers of its rules, a sentence each. */
export function performanceCertainty(judged: JudgedPerformance): string[] {
  const findings = sortedFindings(judged)
  const of = (state: PerformanceFinding['state']) => findings.filter((one) => one.state === state)
  const alarms = of('alarm')
  const quiet = of('ok').length + of('watch').length
  const untold = of('unavailable').length
  return [
    ...alarms.slice(0, most).map((finding) => numbersOf(judged, finding)),
    ...(alarms.length > most ? [`${alarms.length - most} more are worse.`] : []),
    ...(quiet > 0 ? [`${quiet} of ${findings.length} looks found no change that matters.`] : []),
    ...(untold > 0 ? [`${untold} of ${findings.length} looks could tell nothing.`] : []),
    ...expectedLines(judged),
    rowsOf(judged),
  ]
}

/** The two conditions of an alarm: a change that matters, and a p-value within its share of the budget. */
function numbersOf(judged: JudgedPerformance, finding: PerformanceFinding): string {
  const { effect, minimumEffect, p, level, n, since } = finding
  const expected = expectedOf(judged, finding)
  const parts = [
    ...(expected === null ? [] : [expectedText(expected, finding)]),
    ...(effect === null ? [] : [`${changeOf(finding)}${matters(minimumEffect)}`]),
    ...(p === null
      ? []
      : [`p ${probability(p)}${level === null ? '' : ` at level ${short(level)}`}`]),
    `${count(n)} rows`,
    ...(since === null ? [] : [`since about ${instant(since)}`]),
  ]
  return sentence(`${findingName(finding)}: ${parts.join('; ')}`)
}

/** "0.041 worse (0.028 to 0.054)". */
export function changeOf({ effect, effectInterval }: PerformanceFinding): string {
  const change = effect ?? 0
  const word = change > 0 ? 'worse' : change < 0 ? 'better' : 'the same'
  const interval =
    effectInterval === null ? '' : ` (${effectInterval.map((bound) => short(bound)).join(' to ')})`
  return `${short(Math.abs(change))} ${word}${interval}`
}

const matters = (smallest: number | null): string =>
  smallest === null ? '' : `, ${short(smallest)} matters`

function rowsOf({ predictions, labelled }: JudgedPerformance): string {
  if (labelled === null) return `Of ${count(predictions)} predictions; labels come later.`
  const share = predictions === 0 ? '' : ` (${percent(labelled / predictions, 0)})`
  return `${count(labelled)} of ${count(predictions)} predictions have a label${share}.`
}
