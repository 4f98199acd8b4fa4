import type { PerformanceFinding, PerformanceJudgement } from '../contracts/performance-finding.ts'
import { type Canvas, type StateName, stateLabel, stateOfVerdict } from './vocabulary.ts'

const stateOf: Readonly<Record<PerformanceFinding['state'], StateName>> = {
  alarm: 'drifted',
  watch: 'watch',
  ok: 'ok',
  unavailable: 'stale',
}

/** A judgement in lines: verdict and headline, then what alarms or is watched; with `all`, every finding. */
export function performanceLines(
  { by, verdict, headline, findings }: PerformanceJudgement,
  canvas: Canvas,
  all: boolean,
): string[] {
  const shown = findings.filter(({ state }) => all || state === 'alarm' || state === 'watch')
  return [
    `${stateLabel(stateOfVerdict[verdict], canvas)}  ${verdict} by ${by}: ${headline}`,
    ...shown.map((finding) => `  ${findingLine(finding, canvas)}`),
  ]
}

/** As wide as the widest mark and word. */
const markWidth = 9

function findingLine(finding: PerformanceFinding, canvas: Canvas): string {
  const { rule, version, segment, state, sentence } = finding
  const where = [version === '' ? '(none)' : version, ...(segment === '' ? [] : [segment])]
  return `${stateLabel(stateOf[state], canvas, markWidth)}  ${rule}, ${where.join(', ')}: ${sentence}`
}
