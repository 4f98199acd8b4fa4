import type { Explanation, FeatureScores, JointScores, Score } from '../contracts/report.ts'
import type { UnmatchedHalves } from '../contracts/unmatched-halves.ts'
import type { Levels } from './budget.ts'
import type { LookHistory } from './history.ts'

/** A longer span that ends with the window: its merged windows against the same reference. */
export interface Look {
  /** How many windows were merged. */
  readonly windows: number
  /** Chance of a false alarm that this look may take. */
  readonly significance: number
  readonly features: readonly FeatureScores[]
  /** How much accepted spans of this length vary; absent: sampling noise only. */
  readonly history?: LookHistory | null
}

/** A window and the spans that end with it, held against one reference. */
export interface Comparison {
  /** Name of the reference; absent: there is only one. */
  readonly reference?: string
  readonly features: readonly FeatureScores[]
  /** What row detectors say of all features at once; absent: none is asked for. */
  readonly joint?: readonly JointScores[]
  /** Looks at longer spans that are due with this window. */
  readonly longer?: readonly Look[]
  /** How much accepted windows vary; absent: sampling noise only. */
  readonly history?: LookHistory | null
  readonly explanation: Explanation | null
}

export interface JudgeInput extends Comparison {
  /** The same window against other references, in the order of the settings. */
  readonly others?: readonly Comparison[]
  /** Of what describes only what the headline quotes is worked out; verdict, headline and states are the same. */
  readonly outcomeOnly?: boolean
  /** Why no reference can be used; absent: one can. */
  readonly noReference?: string
  /** Features that hold something else than they did, each with a sentence: text where numbers were. */
  readonly typeBreaks?: readonly { readonly feature: string; readonly sentence: string }[]
  /** Rows of the window, unreadable records beside them, and how many are known to be lost in its span. */
  readonly rows: {
    readonly good: number
    readonly bad: number
    readonly lost: number
    /** Requests and responses of the window without their other half; absent: they are not apart. */
    readonly unmatched?: UnmatchedHalves
  }
  /** Windows in a row without any row, this one included. */
  readonly emptyWindows: number
  readonly settings: {
    /** Chance of a false alarm that the look at the window itself may take. */
    readonly significance: number
    /** How many times more the rows vary than independent ones would. */
    readonly designEffect?: number
    readonly minimumRows: number
    readonly maximumBadShare: number
    readonly staleAfterWindows: number
  }
}

/** The rules of a look together take a tenth of its level: broken input is far beyond any level, drift is not. */
export const shareOfTests = 0.9

/**
 * Bonferroni with weights: the tests of a look, row detectors that decide among them, share nine tenths of its level
 * equally, its rules the rest.
 */
export function levelsOf(
  features: readonly FeatureScores[],
  { significance }: { readonly significance: number },
  joint: readonly Pick<JointScores, 'decides'>[] = [],
): Levels {
  const tests = features.length + joint.filter(({ decides }) => decides).length
  const rules = features.reduce((sum, { rules }) => sum + rules.length, 0)
  const ofTests = rules === 0 ? significance : significance * shareOfTests
  return {
    test: ofTests / Math.max(1, tests),
    rule: (significance * (1 - shareOfTests)) / Math.max(1, rules),
  }
}

/** A rule that a window breaks, as a sentence's raw material. */
export interface BrokenRule {
  readonly feature: string
  readonly sentence: string
  readonly score: Score
}

/** Rules that a window breaks against one reference. */
export const brokenRules = (features: readonly FeatureScores[], levels: Levels): BrokenRule[] =>
  features.flatMap((feature) =>
    feature.rules
      .filter(({ score, minimumEffect }) => alarms(score, minimumEffect, levels.rule))
      .map(({ score }) => ({ feature: feature.feature, sentence: feature.sentence, score })),
  )

/** Share of unreadable records; a changed type makes them many at once. */
export const badShare = ({ rows }: Pick<JudgeInput, 'rows'>): number =>
  rows.bad / Math.max(1, rows.bad + rows.good)

export const isTypeBreak = (input: Pick<JudgeInput, 'rows' | 'settings'>): boolean =>
  badShare(input) > input.settings.maximumBadShare

/** Of too many rows only half came. Where even all of them would be too few, that is what is said. */
export function isHalfMissing({ rows, settings }: Pick<JudgeInput, 'rows' | 'settings'>): boolean {
  if (rows.unmatched === undefined) return false
  const { requests, responses, share } = rows.unmatched
  const whole = rows.good + Math.max(requests, responses)
  return share > settings.maximumBadShare && whole >= settings.minimumRows
}

/** Significant and large enough to matter; without a p-value there is no alarm. */
export const alarms = (score: Score, minimumEffect: number, level: number): boolean =>
  isSignificant(score, level) && score.effectInterval[0] > minimumEffect

/** By what windows without change are like, where that is known; by sampling alone where it is not. */
export function isSignificant(score: Score, level: number): boolean {
  const { pValue } = score
  if (pValue === null || pValue > level) return false
  // Read only now: a backtest works it out when it is read.
  const { prediction } = score
  return prediction === undefined || (prediction.pValue ?? pValue) <= level
}
