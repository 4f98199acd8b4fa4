import type { ModelSettings } from '../contracts/config.ts'
import type { FeatureScores, JointScores } from '../contracts/report.ts'
import { type ScoredWindow, scoreFeatures, scoreProfiles } from '../detectors/score-features.ts'
import type { Look } from '../policies/alarm.ts'
import { type AcceptedWindow, historyOf, type Strengths, strengthsOf } from '../policies/history.ts'
import { windowSignificance } from '../policies/spans.ts'
import { type JudgeResult, judge } from '../policies/verdict.ts'
import type { Profile } from '../profiles/index.ts'
import type { Span } from './merge-spans.ts'
import type { MergedRows } from './merged-rows.ts'
import type { SegmentProfiles } from './segment-profiles.ts'

/** Everything that a verdict is computed from. */
export interface JudgedProfiles {
  readonly settings: Pick<ModelSettings, 'features' | 'detection' | 'window'>
  readonly reference: Profile
  readonly rows: MergedRows
  readonly segments: readonly SegmentProfiles[]
  /** Features of the reference that the log does not carry: nothing is said of them. */
  readonly absent?: readonly string[]
  readonly spans: readonly Pick<Span, 'windows' | 'significance' | 'profile'>[]
  /** What row detectors said of the window; absent: none was asked. */
  readonly joint?: readonly JointScores[]
  readonly counts: { readonly bad: number; readonly lost: number }
  /** Windows in a row without any row before this one. */
  readonly emptyBefore: number
  /** Accepted windows before the one that starts at `startMs`; absent: sampling noise only. */
  readonly history?: { readonly accepted: readonly AcceptedWindow[]; readonly startMs: number }
}

export interface JudgedWindow {
  readonly result: JudgeResult
  readonly definitions: ScoredWindow['definitions']
  /** What the tests said by sampling alone: windows merged -> test -> -2 ln p. */
  readonly looks: Readonly<Record<string, Strengths>>
}

/** How profiles become scores; `significance` is what the look may take, all its tests together. */
export interface Scoring {
  readonly window: (judged: JudgedProfiles, significance: number) => ScoredWindow
  readonly segment: (
    segment: SegmentProfiles,
    settings: JudgedProfiles['settings'],
    significance: number,
  ) => FeatureScores[]
  readonly span: (judged: JudgedProfiles, profile: Profile, significance: number) => FeatureScores[]
}

const scoring: Scoring = {
  window: ({ reference, rows, settings }) =>
    scoreFeatures(
      ...([reference, rows.profile] as const),
      // The sample of the whole window stands for a bucket where there is none.
      rows.buckets.length === 0 ? rows.sample : [],
      ...([rows.buckets, settings] as const),
    ),
  segment: ({ reference, current }, settings) => scoreProfiles(reference, current, settings, []),
  span: ({ reference, settings }, profile) => scoreProfiles(reference, profile, settings),
}

const nothingScored: ScoredWindow = { features: [], explanation: null, definitions: {} }

/**
 * The verdict on a window, its segments and the longer spans that end with it, the definitions it was scored by, and
 * what later windows learn from it.
 * Pure: the same profiles give the same verdict.
 */
export function judgeProfiles(judged: JudgedProfiles, by: Scoring = scoring): JudgedWindow {
  const { settings, rows, segments, spans, joint, counts, emptyBefore, history } = judged
  const { absent = [] } = judged
  const told = (all: readonly FeatureScores[]) =>
    all.filter(({ feature }) => !absent.includes(feature))
  const { detection } = settings
  const current = rows.profile
  const significance = windowSignificance(settings)
  // Without a row there is nothing to compare: the verdict says so.
  const { definitions, ...scored } =
    current.rows === 0 ? nothingScored : by.window(judged, significance)
  const ofSegments = segments
    .filter((one) => one.current.rows >= detection.minimumRows)
    .flatMap((one) =>
      // The primary tests alone: rules and descriptions are for all rows.
      told(by.segment(one, settings, significance)).map((feature) => ({
        ...feature,
        segment: one.name,
        rules: [],
      })),
    )
  const features = [...told(scored.features), ...ofSegments]
  const { length } = settings.window
  const longer = spans
    .filter(({ profile }) => profile.rows >= detection.minimumRows)
    .map(
      ({ windows, significance, profile }): Look => ({
        windows,
        significance,
        features: told(by.span(judged, profile, significance)),
        ...(history && {
          history: historyOf(history.accepted, windows, history.startMs - (windows - 1) * length),
        }),
      }),
    )
  const result = judge({
    ...scored,
    features,
    ...(history && { history: historyOf(history.accepted, 1, history.startMs) }),
    ...(joint && { joint }),
    longer,
    rows: { good: current.rows, bad: counts.bad, lost: counts.lost },
    emptyWindows: current.rows === 0 ? emptyBefore + 1 : 0,
    settings: { ...detection, significance },
  })
  return {
    result,
    definitions,
    looks: {
      ...(current.rows >= detection.minimumRows && { 1: strengthsOf(features) }),
      ...Object.fromEntries(longer.map((look) => [look.windows, strengthsOf(look.features)])),
    },
  }
}
