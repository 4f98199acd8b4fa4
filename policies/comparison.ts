import type { Metrics } from '../contracts/training.ts'

export interface ComparisonPolicy {
  readonly metric: 'brier' | 'log_loss' | 'accuracy' | 'auc'
  /** The gain in the metric, in its own unit, that the candidate must exceed to be better. */
  readonly minimumGain: number
}

export interface ComparisonInput {
  /** Null: the model has no champion yet. */
  readonly champion: Metrics | null
  readonly candidate: Metrics
  /** Held-out rows of class 1, for the case that only one class is there. */
  readonly positives: number
}

export interface Comparison {
  readonly better: boolean
  /** How much better the candidate is in the metric, positive is better; null without a champion. */
  readonly gain: number | null
  readonly reason: string
}

const smallerIsBetter = { brier: true, log_loss: true, accuracy: false, auc: false } as const

/**
 * Whether a candidate deserves to be released: on the same held-out rows it must gain more than
 * `minimumGain` over the champion. Rows of one class only, or a metric that is not a number, decide
 * nothing: the candidate is then not better, and the reason says why.
 */
export function compare(input: ComparisonInput, policy: ComparisonPolicy): Comparison {
  const { champion, candidate, positives } = input
  const name = policy.metric.replace('_', ' ')
  if (candidate.rows === 0) return undecided('no row was held out')
  if (positives === 0 || positives === candidate.rows) {
    return undecided(`the ${candidate.rows} held-out rows hold one class only`)
  }
  const after = candidate[policy.metric]
  if (!Number.isFinite(after)) return undecided(`the candidate's ${name} is not a number`)
  if (champion === null) {
    return { better: true, gain: null, reason: `there is no champion yet; ${name} ${text(after)}` }
  }
  if (champion.rows !== candidate.rows) {
    return undecided(
      `champion and candidate were scored on different rows (${champion.rows}, ${candidate.rows})`,
    )
  }
  const before = champion[policy.metric]
  if (!Number.isFinite(before)) return undecided(`the champion's ${name} is not a number`)
  const gain = smallerIsBetter[policy.metric] ? before - after : after - before
  const better = gain > policy.minimumGain
  const change = `${name} ${text(before)} -> ${text(after)} on ${candidate.rows} held-out rows`
  const verdict = better
    ? `gain ${text(gain)}`
    : `gain ${text(gain)} is not above ${text(policy.minimumGain)}`
  return { better, gain, reason: `${change}: ${verdict}` }
}

const undecided = (reason: string): Comparison => ({ better: false, gain: null, reason })

const text = (value: number): string => value.toFixed(4).replace(/^-0\.0000$/, '0.0000')
