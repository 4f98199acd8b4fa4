import type { ModelSettings } from '../contracts/config.ts'
import type { FeatureScores, JointScores } from '../contracts/report.ts'
import { type ScoredWindow, scoreFeatures, scoreProfiles } from '../detectors/score-features.ts'
import type { Comparison, JudgeInput, Look } from '../policies/alarm.ts'
import { type AcceptedWindow, historyOf, type Strengths, strengthsOf } from '../policies/history.ts'
import { windowSignificance } from '../policies/spans.ts'
import { type JudgeResult, judge } from '../policies/verdict.ts'
import type { Profile } from '../profiles/index.ts'
import type { Span } from './merge-spans.ts'
import type { MergedRows } from './merged-rows.ts'
import type { SegmentProfiles } from './segment-profiles.ts'

/** A reference, and what of the window is held against it. */
export interface Held {
  /** Absent: there is only one. */
  readonly name?: string
  readonly reference: Profile
  /** `given`: the edges of the binning are not quantiles of this reference. */
  readonly cells?: 'quantiles' | 'given'
  readonly segments: readonly SegmentProfiles[]
  /** Features of the reference that the log does not carry: nothing is said of them. */
  readonly absent?: readonly string[]
  readonly spans: readonly HeldSpan[]
  /** What row detectors said of the window; absent: none was asked. */
  readonly joint?: readonly JointScores[]
  /** Accepted windows before the one that starts at `startMs`; absent: sampling noise only. */
  readonly history?: { readonly accepted: readonly AcceptedWindow[]; readonly startMs: number }
}

export interface HeldSpan extends Pick<Span, 'windows' | 'significance' | 'profile'> {
  /** Where it is not that of the window: a reference never holds a window that it is compared with. */
  readonly reference?: Profile
}

/** Everything that a verdict is computed from. */
export interface JudgedProfiles extends Held {
  readonly settings: Pick<ModelSettings, 'features' | 'detection' | 'window'> &
    Partial<Pick<ModelSettings, 'references' | 'labels'>>
  readonly rows: MergedRows
  readonly counts: Omit<JudgeInput['rows'], 'good'>
  /** Windows in a row without any row before this one. */
  readonly emptyBefore: number
  /** Other references in use, in the order of the settings. */
  readonly others?: readonly Held[]
  /** Of what only describes nothing is worked out but what the headline quotes; the verdict is the same. */
  readonly outcomeOnly?: boolean
  /** Why no reference can be used: nothing is compared. Absent: one can. */
  readonly noReference?: string
}

export interface JudgedWindow {
  readonly result: JudgeResult
  readonly definitions: ScoredWindow['definitions']
  /** What the tests said by sampling alone, of every reference in use: windows merged -> test -> -2 ln p. */
  readonly looks: readonly Readonly<Record<string, Strengths>>[]
}

/** How profiles become scores; `significance` is what the look may take, all its tests together. */
export interface Scoring {
  readonly window: (judged: JudgedProfiles, significance: number) => ScoredWindow
  readonly segment: (
    segment: SegmentProfiles,
    judged: JudgedProfiles,
    significance: number,
  ) => FeatureScores[]
  readonly span: (judged: JudgedProfiles, profile: Profile, significance: number) => FeatureScores[]
}

const scoring: Scoring = {
  window: ({ reference, cells, rows, settings, outcomeOnly }) =>
    scoreFeatures(
      ...([reference, rows.profile] as const),
      // The sample of the whole window stands for a bucket where there is none.
      rows.buckets.length === 0 ? rows.sample : [],
      ...([rows.buckets, settings, cells, outcomeOnly ? null : undefined] as const),
    ),
  segment: ({ reference, current }, { settings, cells, outcomeOnly }) =>
    scoreProfiles(reference, current, settings, outcomeOnly ? null : [], cells),
  span: ({ reference, cells, settings, outcomeOnly }, profile) =>
    scoreProfiles(reference, profile, settings, outcomeOnly ? null : undefined, cells),
}

const nothingScored: ScoredWindow = { features: [], explanation: null, definitions: {} }

/**
 * The verdict on a window, its segments and the longer spans that end with it, the definitions it was scored by, and
 * what later windows learn from it.
 * Pure: the same profiles give the same verdict.
 */
export function judgeProfiles(judged: JudgedProfiles, by: Scoring = scoring): JudgedWindow {
  const { settings, rows, counts, emptyBefore, others = [], noReference } = judged
  const { detection } = settings
  const { profile: current } = rows
  const significance = windowSignificance(settings)
  // What one reference leaves out is not that of another.
  const { name, cells, absent, joint, history, ...shared } = judged
  const compared = [judged, ...others.map((held) => ({ ...shared, ...held }))].map((one) =>
    compare(one, significance, by),
  )
  const [first, ...rest] = compared.map(({ comparison }) => comparison)
  const result = judge({
    ...(first as Comparison),
    ...(rest.length > 0 && { others: rest }),
    ...(noReference !== undefined && { noReference }),
    ...(judged.outcomeOnly && { outcomeOnly: true }),
    rows: { good: current.rows, ...counts },
    emptyWindows: current.rows === 0 ? emptyBefore + 1 : 0,
    settings: { ...detection, significance },
  })
  const definitions = compared[0]?.definitions ?? {}
  return { result, definitions, looks: compared.map(({ looks }) => looks) }
}

/** The window, its segments and the longer spans that end with it, against one reference. */
function compare(judged: JudgedProfiles, significance: number, by: Scoring) {
  const { settings, rows, segments, spans, joint, history, absent = [], noReference } = judged
  const told = (all: readonly FeatureScores[]) =>
    all.filter(({ feature }) => !absent.includes(feature))
  const { minimumRows } = settings.detection
  const current = rows.profile
  // Without a row, or a reference, there is nothing to compare: the verdict says so.
  const nothing = current.rows === 0 || noReference !== undefined
  const { definitions, ...scored } = nothing ? nothingScored : by.window(judged, significance)
  const ofSegments = segments
    .filter((one) => one.current.rows >= minimumRows)
    .flatMap((one) =>
      // The primary tests alone: rules and descriptions are for all rows.
      told(by.segment(one, judged, significance)).map((feature) => ({
        ...feature,
        segment: one.name,
        rules: [],
      })),
    )
  const features = [...told(scored.features), ...ofSegments]
  const { length } = settings.window
  const longer = spans
    .filter(({ profile }) => profile.rows >= minimumRows)
    .map(({ windows, significance, profile, reference = judged.reference }): Look => {
      const features = told(by.span({ ...judged, reference }, profile, significance))
      if (history === undefined) return { windows, significance, features }
      const { accepted, startMs } = history
      const startOf = startMs - (windows - 1) * length
      return { windows, significance, features, history: historyOf(accepted, windows, startOf) }
    })
  const comparison: Comparison = {
    ...scored,
    ...(judged.name !== undefined && { reference: judged.name }),
    features,
    ...(history && { history: historyOf(history.accepted, 1, history.startMs) }),
    ...(joint && { joint }),
    longer,
  }
  const looks: Record<string, Strengths> = {
    ...(current.rows >= minimumRows && { 1: strengthsOf(features) }),
    ...Object.fromEntries(longer.map((look) => [look.windows, strengthsOf(look.features)])),
  }
  return { comparison, definitions, looks }
}
