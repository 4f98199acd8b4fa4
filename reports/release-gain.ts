import type { ReleaseEvidence } from '../contracts/release.ts'
import { type ClassMetrics, type NumberMetrics, ofNumbers } from '../contracts/training.ts'

/** One metric before (the champion) and after (the candidate), on the same held-out rows. */
export interface Gain {
  readonly metric: Exclude<keyof ClassMetrics | keyof NumberMetrics, 'rows'>
  readonly title: string
  readonly before: number
  readonly after: number
  /** Positive means better, whichever way the metric points. */
  readonly gain: number
  /** How long bars of both are, on one scale, at least 0. */
  readonly bars: readonly [before: number, after: number]
}

interface Shown<Name> {
  readonly metric: Name
  readonly title: string
  /** What is better, of two values. */
  readonly loss: (value: number) => number
}

const higher = (value: number): number => -value
const lower = (value: number): number => value

const ofClasses: readonly Shown<Exclude<keyof ClassMetrics, 'rows'>>[] = [
  { metric: 'accuracy', title: 'accuracy', loss: higher },
  { metric: 'auc', title: 'AUC', loss: higher },
  { metric: 'brier', title: 'Brier score', loss: lower },
  { metric: 'log_loss', title: 'log loss', loss: lower },
]

const ofForetold: readonly Shown<Exclude<keyof NumberMetrics, 'rows'>>[] = [
  { metric: 'mae', title: 'MAE', loss: lower },
  { metric: 'rmse', title: 'RMSE', loss: lower },
  { metric: 'r2', title: 'R²', loss: higher },
  { metric: 'bias', title: 'bias', loss: Math.abs },
]

/** All metrics of a release, in one order everywhere; one that either lacks is left out. */
export function gainsOf({ metrics }: Pick<ReleaseEvidence, 'metrics'>): Gain[] {
  const { champion, candidate } = metrics
  if (ofNumbers(champion) && ofNumbers(candidate)) return gains(ofForetold, champion, candidate)
  if (ofNumbers(champion) || ofNumbers(candidate)) return []
  return gains(ofClasses, champion, candidate)
}

function gains<Name extends Gain['metric']>(
  shown: readonly Shown<Name>[],
  champion: Readonly<Record<Name, number | null>>,
  candidate: Readonly<Record<Name, number | null>>,
): Gain[] {
  return shown.flatMap(({ metric, title, loss }) => {
    const [before, after] = [champion[metric], candidate[metric]]
    if (before === null || after === null) return []
    // Worse than a guess by the mean is no bar at all.
    const bar = (value: number) => (metric === 'r2' ? Math.max(0, value) : Math.abs(value))
    return [
      {
        ...{ metric, title, before, after, gain: loss(before) - loss(after) },
        bars: [bar(before), bar(after)] as const,
      },
    ]
  })
}

/** "version 2 is better than version 1 on 3 of 4 metrics"; of what is undecided, that it is: whatever the numbers look like. */
export function gainSentence(evidence: ReleaseEvidence): string {
  const { candidate, champion, comparison } = evidence
  if (comparison?.result === 'UNDECIDED') {
    return `undecided whether version ${candidate.version} is better than version ${champion.version}`
  }
  const gains = gainsOf(evidence)
  const better = gains.filter(({ gain }) => gain > 0).length
  return `version ${candidate.version} is better than version ${champion.version} on ${better} of ${gains.length} metrics`
}
