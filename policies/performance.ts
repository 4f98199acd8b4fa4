import type {
  PerformanceFinding,
  PerformanceJudgement,
  PerformanceVerdict,
} from '../contracts/performance-finding.ts'

export interface JudgedBy {
  readonly by: PerformanceJudgement['by']
  readonly findings: readonly PerformanceFinding[]
}

/** What the findings of one window come to: any alarm is DRIFT, and where nothing could be told that is said. */
export function judgePerformance({ by, findings }: JudgedBy): PerformanceJudgement {
  const ordered = findings.toSorted(
    (left, right) =>
      compare(left.version, right.version) || compare(left.segment, right.segment) || 0,
  )
  const verdict = verdictOf(by, ordered)
  return { by, verdict, findings: ordered, headline: headlineOf(verdict, ordered) }
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

function verdictOf(
  by: JudgedBy['by'],
  findings: readonly PerformanceFinding[],
): PerformanceVerdict {
  if (findings.some(({ state }) => state === 'alarm')) return 'DRIFT'
  if (findings.some(({ state }) => state !== 'unavailable')) return 'NO_DRIFT'
  return by === 'labels' ? 'INSUFFICIENT_LABELS' : 'INSUFFICIENT_DATA'
}

/** Quoted in a sentence; the others are counted. */
const quoted = 2

function headlineOf(verdict: PerformanceVerdict, findings: readonly PerformanceFinding[]): string {
  const known = findings.filter(({ state }) => state !== 'unavailable')
  if (verdict === 'DRIFT') {
    const alarms = findings.filter(({ state }) => state === 'alarm').toSorted(strongestFirst)
    const told = alarms.slice(0, quoted).map(sentenceOf)
    const left = alarms.length - told.length
    const more = left === 0 ? [] : [`${left} more ${left === 1 ? 'alarm' : 'alarms'}`]
    return [...told, ...more].join('; ')
  }
  if (verdict === 'NO_DRIFT') {
    const watched = known.find(({ state }) => state === 'watch')
    const looked = `none of ${known.length} looks at its performance alarms`
    return watched === undefined ? looked : `${looked}; ${sentenceOf(watched)}`
  }
  const [first] = findings
  return first === undefined
    ? 'nothing could be judged'
    : `nothing can be judged yet: ${sentenceOf(first)}`
}

/** By how far beyond what matters; all predictions of a version before a segment of them. */
function strongestFirst(left: PerformanceFinding, right: PerformanceFinding): number {
  const times = ({ effect, minimumEffect }: PerformanceFinding) =>
    (effect ?? 0) / (minimumEffect || 1)
  return Number(left.segment !== '') - Number(right.segment !== '') || times(right) - times(left)
}

const sentenceOf = ({ version, segment, sentence }: PerformanceFinding): string => {
  const where = segment === '' ? '' : ` in ${segment}`
  return version === '' ? `${sentence}${where}` : `version ${version}${where}: ${sentence}`
}
