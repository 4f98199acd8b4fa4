import type {
  Distribution,
  Explanation,
  FeatureReport,
  Score,
  VerdictName,
} from '../contracts/report.ts'
import { headlineOf } from './headline.ts'

/** One feature as the detectors saw it; which test decides was fixed before the window was seen. */
export interface JudgedFeature {
  readonly feature: string
  readonly kind: 'numeric' | 'categorical'
  readonly primary: Score
  /** Data-quality rules, each with its own smallest effect that matters. */
  readonly rules: readonly { readonly score: Score; readonly minimumEffect: number }[]
  readonly others: readonly Score[]
  readonly minimumEffect: number
  readonly distribution: Distribution
  readonly sentence: string
}

export interface JudgeInput {
  readonly features: readonly JudgedFeature[]
  readonly explanation: Explanation | null
  /** Rows of the window, and how many are known to be lost to retention in its span. */
  readonly rows: { readonly good: number; readonly lost: number }
  /** Windows in a row without any row, this one included. */
  readonly emptyWindows: number
  readonly settings: {
    readonly significance: number
    readonly minimumRows: number
    readonly staleAfterWindows: number
  }
}

export interface JudgeResult {
  readonly verdict: VerdictName
  readonly headline: string
  readonly features: FeatureReport[]
}

/**
 * Scores and counts -> the verdict of one window. An alarm needs both: significance at the level that its share
 * allows, and an effect whose lower bound exceeds the smallest that matters. In this order: no data is no verdict,
 * lost data is no verdict, broken input explains itself before it counts as drift.
 */
export function judge(input: JudgeInput): JudgeResult {
  const level = shareOf(input)
  const features = input.features.map((feature) => reportOf(feature, level)).sort(byState)
  const verdict = verdictOf(input, features, level)
  return { verdict, headline: headlineOf(verdict, input, features, level), features }
}

function verdictOf(input: JudgeInput, features: FeatureReport[], level: number): VerdictName {
  const { rows, settings } = input
  if (rows.lost > 0) return 'INCOMPLETE_WINDOW'
  if (rows.good < settings.minimumRows) {
    return input.emptyWindows >= settings.staleAfterWindows ? 'STALE' : 'INSUFFICIENT_DATA'
  }
  if (input.explanation !== null || brokenRules(input, level).length > 0) return 'DATA_QUALITY'
  return features.some(({ state }) => state === 'drifted') ? 'DRIFT' : 'NO_DRIFT'
}

/** Bonferroni: every test and every rule of the window takes an equal share of the model's level. */
export function shareOf({ features, settings }: JudgeInput): number {
  const tests = features.reduce((sum, { rules }) => sum + 1 + rules.length, 0)
  return settings.significance / Math.max(1, tests)
}

/** Rules that a window breaks, as sentences' raw material. */
export function brokenRules(input: JudgeInput, level: number) {
  return input.features.flatMap((feature) =>
    feature.rules
      .filter(({ score, minimumEffect }) => alarms(score, minimumEffect, level))
      .map(({ score }) => ({ feature: feature.feature, sentence: feature.sentence, score })),
  )
}

/** Significant and large enough to matter; without a p-value there is no alarm. */
function alarms(score: Score, minimumEffect: number, level: number): boolean {
  return score.pValue !== null && score.pValue <= level && score.effectInterval[0] > minimumEffect
}

function reportOf(feature: JudgedFeature, level: number): FeatureReport {
  const { primary, minimumEffect, rules, others, ...rest } = feature
  const significant = primary.pValue !== null && primary.pValue <= level
  const drifted = alarms(primary, minimumEffect, level)
  // Significant, and it cannot be excluded that the effect matters.
  const watch = significant && primary.effectInterval[1] > minimumEffect
  return {
    ...rest,
    state: drifted ? 'drifted' : watch ? 'watch' : 'ok',
    primary,
    others: [...rules.map(({ score }) => score), ...others],
    level,
    minimumEffect,
  }
}

const order = { drifted: 0, watch: 1, ok: 2 } as const

/** Worst state first, then the largest effect in its own smallest that matters; names settle the rest. */
function byState(left: FeatureReport, right: FeatureReport): number {
  const size = ({ primary, minimumEffect }: FeatureReport) => primary.effect / minimumEffect
  return (
    order[left.state] - order[right.state] ||
    size(right) - size(left) ||
    (left.feature < right.feature ? -1 : 1)
  )
}
