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
  brokenRules,
  isSignificant,
  isTypeBreak,
  type JudgeInput,
  levelsOf,
} from './alarm.ts'
import type { Levels } from './budget.ts'
import { sizeOf, withCauses } from './cause.ts'
import { detectableBy } from './detectable.ts'
import { headlineOf } from './headline.ts'
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
}

/**
 * Scores and counts -> the verdict of one window. An alarm needs both: significance at the level that its share
 * allows, and an effect whose lower bound exceeds the smallest that matters. In this order: no data is no verdict,
 * lost data is no verdict, broken input explains itself before it counts as drift.
 */
export function judge(asked: JudgeInput): JudgeResult {
  const { designEffect } = asked.settings
  const levels = levelsOf(asked.features, asked.settings, asked.joint)
  const level = levels.test
  const scores = withHistory(asked.features, asked.history ?? null, levels, designEffect)
  const input = { ...asked, features: scores }
  const ofWindow = scores.map((feature) => reportOf(feature, level, 1))
  const ofSpans = (asked.longer ?? []).flatMap(({ windows, significance, features, history }) => {
    // The rules are asked of the window itself: here they take no share.
    const share = significance / Math.max(1, features.length)
    const ofSpan = { test: share, rule: 0 }
    return withHistory(features, history ?? null, ofSpan, designEffect).map((feature) =>
      reportOf(feature, share, windows),
    )
  })
  const features = withCauses(worstOfEach([...ofWindow, ...ofSpans]), asked.rows.good).sort(byState)
  const explained = ofWindow.find(
    ({ feature, segment }) => segment === undefined && feature === input.explanation?.feature,
  )
  const explanation = explained?.state === 'drifted' ? input.explanation : null
  const joint = asked.joint && jointReports(asked.joint, level)
  const states = [...features, ...(joint ?? [])]
  const verdict = verdictOf(input, states, levels, explanation)
  const ofRows = verdict === 'DRIFT' ? jointHeadline(features, joint ?? []) : null
  const headline = ofRows ?? headlineOf(verdict, input, features, levels, explanation)
  return { verdict, headline, since: null, features, ...(joint && { joint }), explanation }
}

function verdictOf(
  input: JudgeInput,
  states: readonly (FeatureReport | JointReport)[],
  levels: Levels,
  explanation: Explanation | null,
): VerdictName {
  const { rows, settings } = input
  if (rows.lost > 0) return 'INCOMPLETE_WINDOW'
  if (isTypeBreak(input) && rows.bad >= settings.minimumRows) return 'DATA_QUALITY'
  const drifted = states.filter(({ state }) => state === 'drifted')
  if (rows.good < settings.minimumRows) {
    // Too few rows for the window itself; the longer span that ends with it may still have enough.
    if (drifted.some((one) => 'windows' in one && one.windows > 1)) return 'DRIFT'
    return input.emptyWindows >= settings.staleAfterWindows ? 'STALE' : 'INSUFFICIENT_DATA'
  }
  // Whatever the values that are left look like.
  if ((input.typeBreaks ?? []).length > 0) return 'DATA_QUALITY'
  if (explanation !== null || brokenRules(input, levels).length > 0) return 'DATA_QUALITY'
  return drifted.length > 0 ? 'DRIFT' : 'NO_DRIFT'
}

function reportOf(feature: FeatureScores, level: number, windows: number): FeatureReport {
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
    detectable: detectableBy(primary, minimumEffect, level),
    cause: null,
    since: null,
  }
}

/** One report for each feature and segment: the worst of its looks, the shortest of equally bad ones. */
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
