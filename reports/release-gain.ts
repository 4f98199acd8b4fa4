import type { ReleaseEvidence } from '../contracts/release.ts'
import type { Metrics } from '../contracts/training.ts'

/** One metric before (the champion) and after (the candidate), on the same held-out rows. */
export interface Gain {
  readonly metric: Exclude<keyof Metrics, 'rows'>
  readonly title: string
  readonly before: number
  readonly after: number
  /** Positive means better, whichever way the metric points. */
  readonly gain: number
}

const metrics = [
  { metric: 'accuracy', title: 'accuracy', better: 1 },
  { metric: 'auc', title: 'AUC', better: 1 },
  { metric: 'brier', title: 'Brier score', better: -1 },
  { metric: 'log_loss', title: 'log loss', better: -1 },
] as const

/** All metrics of a release, in one order everywhere. */
export function gainsOf(evidence: Pick<ReleaseEvidence, 'metrics'>): Gain[] {
  return metrics.map(({ metric, title, better }) => {
    const before = evidence.metrics.champion[metric]
    const after = evidence.metrics.candidate[metric]
    return { metric, title, before, after, gain: (after - before) * better }
  })
}

/** "candidate 2 is better than champion 1 on 3 of 4 metrics". */
export function gainSentence(evidence: ReleaseEvidence): string {
  const gains = gainsOf(evidence)
  const better = gains.filter(({ gain }) => gain > 0).length
  return `version ${evidence.candidate.version} is better than version ${evidence.champion.version} on ${better} of ${gains.length} metrics`
}
