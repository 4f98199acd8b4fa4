import type {
  Explanation,
  FeatureReport,
  FeatureScores,
  JointReport,
  Since,
  VerdictName,
} from '../contracts/report.ts'
import {
  alarms,
  type BrokenRule,
  brokenRules,
  type Comparison,
  isHalfMissing,
  isSignificant,
  isTypeBreak,
  type JudgeInput,
  levelsOf,
} from './alarm.ts'
import { sizeOf, withCauses } from './cause.ts'
import { detectableBy } from './detectable.ts'
import { headlineOf, quotedOf } from './headline.ts'
import { withHistory } from './history.ts'
import { jointHeadline, jointReports } from './joint.ts'

export type { JudgeInput } from './alarm.ts'

export interface JudgeResult {
  readonly verdict: VerdictName
  readonly headline: string
  /** When the drift began, where that was looked for. */
  readonly since: Since | null
  readonly features: FeatureReport[]
  /** Present where row detectors were asked. */
  readonly joint?: JointReport[]
  /** The change of units behind the verdict: one only counts for a feature that drifted. */
  readonly explanation: Explanation | null
  /** What each reference says on its own, where there are several. */
  readonly against?: readonly ReferenceFinding[]
}

export interface ReferenceFinding {
  readonly reference: string
  readonly drifted: number
  readonly watch: number
}

/**
 * Scores and counts -> the verdict of one window. An alarm needs both: significance at the level that its share
 * allows, and an effect whose lower bound exceeds the smallest that matters. In this order: no data is no verdict,
 * lost data is no verdict, broken input explains itself before it counts as drift.
 */
export function judge(asked: JudgeInput): JudgeResult {
  const compared = [asked, ...(asked.others ?? [])].map((one) =>
    comparisonOf(one, asked.settings, asked.outcomeOnly === true),
  )
  const looks = compared.flatMap(({ ofWindow, ofSpans }) => [...ofWindow, ...ofSpans])
  const sorted = withCauses(worstOfEach(looks), asked.rows.good).sort(byState)
  const features = asked.outcomeOnly === true ? withQuoted(sorted) : sorted
  const explanation = compared.find((one) => one.explanation !== null)?.explanation ?? null
  const asksRows = compared.some(({ joint }) => joint !== undefined)
  const joint = asksRows ? compared.flatMap((one) => one.joint ?? []) : undefined
  const broken = compared.flatMap((one) => one.broken)
  const against = compared.flatMap(({ reference, ofWindow, ofSpans }) =>
    reference === undefined ? [] : [{ reference, ...counted([...ofWindow, ...ofSpans]) }],
  )
  const verdict = verdictOf(asked, [...features, ...(joint ?? [])], broken, explanation)
  const ofRows = verdict === 'DRIFT' ? jointHeadline(features, joint ?? []) : null
  const headline = ofRows ?? headlineOf(verdict, asked, features, broken, explanation)
  return {
    verdict,
    headline,
    since: null,
    features,
    ...(joint && { joint }),
    explanation,
    ...(against.length > 0 && { against }),
  }
}

/** What one reference says of the window and its spans, each look at the level that its share allows. */
function comparisonOf(asked: Comparison, settings: JudgeInput['settings'], outcomeOnly: boolean) {
  const { designEffect } = settings
  const { reference } = asked
  const levels = levelsOf(asked.features, settings, asked.joint)
  const level = levels.test
  const scores = withHistory(
    ...([asked.features, asked.history ?? null, levels] as const),
    ...([designEffect, outcomeOnly] as const),
  )
  const ofWindow = scores.map((feature) =>
    reportOf(feature, { level, windows: 1, reference, outcomeOnly }),
  )
  const ofSpans = (asked.longer ?? []).flatMap(({ windows, significance, features, history }) => {
    // The rules are asked of the window itself: here they take no share.
    const share = significance / Math.max(1, features.length)
    const ofSpan = { test: share, rule: 0 }
    return withHistory(features, history ?? null, ofSpan, designEffect, outcomeOnly).map(
      (feature) => reportOf(feature, { level: share, windows, reference, outcomeOnly }),
    )
  })
  const explained = ofWindow.find(
    ({ feature, segment }) => segment === undefined && feature === asked.explanation?.feature,
  )
  return {
    reference,
    ofWindow,
    ofSpans,
    explanation: explained?.state === 'drifted' ? asked.explanation : null,
    joint: asked.joint && jointReports(asked.joint, level, reference),
    broken: brokenRules(scores, levels),
  }
}

/** How many features and segments stand how against one reference. */
function counted(reports: readonly FeatureReport[]): { drifted: number; watch: number } {
  const states = worstOfEach(reports).map(({ state }) => state)
  const of = (wanted: FeatureReport['state']) => states.filter((state) => state === wanted).length
  return { drifted: of('drifted'), watch: of('watch') }
}

function verdictOf(
  input: JudgeInput,
  states: readonly (FeatureReport | JointReport)[],
  broken: readonly BrokenRule[],
  explanation: Explanation | null,
): VerdictName {
  const { rows, settings } = input
  if (rows.lost > 0 || isHalfMissing(input)) return 'INCOMPLETE_WINDOW'
  if (isTypeBreak(input) && rows.bad >= settings.minimumRows) return 'DATA_QUALITY'
  const drifted = states.filter(({ state }) => state === 'drifted')
  if (rows.good < settings.minimumRows) {
    // Too few rows for the window itself; the longer span that ends with it may still have enough.
    if (drifted.some((one) => 'windows' in one && one.windows > 1)) return 'DRIFT'
    return input.emptyWindows >= settings.staleAfterWindows ? 'STALE' : 'INSUFFICIENT_DATA'
  }
  // Whatever the values that are left look like.
  if ((input.typeBreaks ?? []).length > 0) return 'DATA_QUALITY'
  if (explanation !== null || broken.length > 0) return 'DATA_QUALITY'
  if (drifted.length > 0) return 'DRIFT'
  return input.noReference === undefined ? 'NO_DRIFT' : 'INSUFFICIENT_DATA'
}

interface LookedAt {
  readonly level: number
  readonly windows: number
  readonly reference: string | undefined
  readonly outcomeOnly: boolean
}

/** The smallest shift that could have been seen, of the feature that a headline quotes it of. */
function withQuoted(features: readonly FeatureReport[]): FeatureReport[] {
  const quoted = quotedOf(features)
  return features.map((feature) => {
    if (feature !== quoted) return feature
    const { primary, minimumEffect, level } = feature
    return { ...feature, detectable: detectableBy(primary, minimumEffect, level) }
  })
}

function reportOf(feature: FeatureScores, look: LookedAt): FeatureReport {
  const { level, windows, reference, outcomeOnly } = look
  const { primary, minimumEffect, rules, others, ...rest } = feature
  const significant = isSignificant(primary, level)
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
    windows,
    ...(reference !== undefined && { reference }),
    detectable: outcomeOnly ? null : detectableBy(primary, minimumEffect, level),
    cause: null,
    since: null,
  }
}

/**
 * One report for each feature and segment: the worst of its looks, of equally bad ones that against the first reference,
 * and of these the shortest.
 */
function worstOfEach(reports: readonly FeatureReport[]): FeatureReport[] {
  const worst = new Map<string, FeatureReport>()
  for (const report of reports) {
    const key = JSON.stringify([report.feature, report.segment])
    const before = worst.get(key)
    if (before === undefined || order[report.state] < order[before.state]) worst.set(key, report)
  }
  return [...worst.values()]
}

const order = { drifted: 0, watch: 1, ok: 2 } as const

/** Worst state first, then what stands for most of the drift, then the largest effect; names settle the rest. */
function byState(left: FeatureReport, right: FeatureReport): number {
  return (
    order[left.state] - order[right.state] ||
    (right.cause ?? 0) - (left.cause ?? 0) ||
    sizeOf(right) - sizeOf(left) ||
    (left.feature < right.feature ? -1 : left.feature > right.feature ? 1 : 0) ||
    ((left.segment ?? '') < (right.segment ?? '') ? -1 : 1)
  )
}
