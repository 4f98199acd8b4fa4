import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { scoreFeature } from '../contracts/prediction.ts'
import type { Distribution, Explanation, Score } from '../contracts/report.ts'
import type { FeatureCounts, Profile, SampledRow } from '../profiles/index.ts'
import { cellsOf, rowsOf, totalOf } from './cells.ts'
import { compareWith, type Detector } from './detector.ts'
import { distributionOf } from './distribution.ts'
import { detectors } from './index.ts'
import { sentenceOf } from './sentence.ts'
import {
  type Bucket,
  explainUnitChange,
  type Suspect,
  unitChangeDefinition,
} from './unit-change.ts'

export interface FeatureScores {
  readonly feature: string
  readonly kind: 'numeric' | 'categorical'
  readonly primary: Score
  readonly rules: readonly { readonly score: Score; readonly minimumEffect: number }[]
  readonly others: readonly Score[]
  readonly minimumEffect: number
  readonly distribution: Distribution
  readonly sentence: string
}

export interface ScoredWindow {
  readonly features: readonly FeatureScores[]
  readonly explanation: Explanation | null
  /** detector -> version of its definition, for the evidence. */
  readonly definitions: Readonly<Record<string, number>>
}

/**
 * Every detector over every feature of a window, and whether a change of units explains what moved. `sample` is
 * the whole window's, `buckets` are its parts in order of event time (none: the window is one). Features without
 * any value on one side are left to the missing-rate rule. Pure and deterministic.
 */
export function scoreFeatures(
  reference: Profile,
  current: Profile,
  sample: readonly SampledRow[],
  buckets: readonly Bucket[],
  settings: Pick<ModelSettings, 'features'>,
): ScoredWindow {
  const suspects: Suspect[] = []
  const features = reference.features.map((before, index) => {
    const now = current.features[index] as FeatureCounts
    const scores = scoreOne(before, now, settings)
    const { feature, primary, minimumEffect } = scores
    // The model's own score follows its inputs: it is never what upstream renamed.
    if (feature !== scoreFeature && primary.effectInterval[0] > minimumEffect) {
      suspects.push({ index, name: feature, reference: before, minimumEffect })
    }
    return scores
  })
  const whole = [{ start: null, profile: current, sample }]
  return {
    features,
    explanation: explainUnitChange(suspects, buckets.length === 0 ? whole : buckets),
    definitions: {
      ...Object.fromEntries(
        Object.values(detectors).map(({ name, definition }) => [name, definition]),
      ),
      'unit-change': unitChangeDefinition,
    },
  }
}

function scoreOne(
  before: FeatureCounts,
  now: FeatureCounts,
  settings: Pick<ModelSettings, 'features'>,
): FeatureScores {
  const feature = before.binning.name
  const chosen = settings.features[feature]
  const primary = primaryOf(before, chosen?.detector)
  const bothSides = totalOf(cellsOf(before)) > 0 && totalOf(cellsOf(now)) > 0
  const anyRows = rowsOf(before) > 0 && rowsOf(now) > 0
  const readable = Object.values(detectors).filter(
    ({ reads }) => reads === 'any' || reads === before.kind,
  )
  return {
    feature,
    kind: before.kind,
    primary: bothSides ? compareWith(primary, before, now) : withoutRows(primary, before, now),
    rules: readable
      .filter(({ role, reads }) => role === 'rule' && (bothSides || (reads === 'any' && anyRows)))
      .map((rule) => ({
        score: compareWith(rule, before, now),
        minimumEffect: rule.minimumEffect,
      })),
    others: bothSides
      ? readable
          .filter((detector) => detector.role !== 'rule' && detector !== primary)
          .map((detector) => compareWith(detector, before, now))
      : [],
    minimumEffect: chosen?.minimumEffect ?? primary.minimumEffect,
    distribution: bothSides
      ? distributionOf(before, now)
      : { labels: [], reference: [], current: [] },
    sentence: bothSides ? sentenceOf(before, now) : 'no value at all on one side',
  }
}

/** The one test that decides, fixed before the window is seen: the configured one, else by kind. */
function primaryOf({ kind, binning }: FeatureCounts, configured?: string): Detector {
  const name = configured ?? (kind === 'numeric' ? 'ks' : 'chi-square')
  const detector = (detectors as Record<string, Detector>)[name]
  if (detector?.role === 'test' && (detector.reads === 'any' || detector.reads === kind))
    return detector
  throw new DriftgateError('DETECTOR_INPUT_INVALID', {
    detector: name,
    reason: `it cannot decide for ${binning.name}, which is ${kind}`,
  })
}

function withoutRows(detector: Detector, before: FeatureCounts, now: FeatureCounts): Score {
  return {
    detector: detector.name,
    definition: detector.definition,
    options: {},
    score: 0,
    effect: 0,
    effectInterval: [0, 1],
    pValue: null,
    pValueAbsent: 'one side holds no value at all',
    n: { reference: totalOf(cellsOf(before)), current: totalOf(cellsOf(now)) },
    cells: cellsOf(before).length,
  }
}
