import type { FeatureScores, Prediction, Score } from '../contracts/report.ts'
import { correlationOf, varianceInflation } from '../statistics/autocorrelation.ts'
import { designLogLevel, designLogP } from '../statistics/design-level.ts'
import { type EffectLaw, samplingLogLevel } from '../statistics/detectable.ts'
import {
  type Dispersion,
  dispersionOf,
  establishedWindows,
  excessOf,
  predictionP,
  type TestKind,
  varianceAt,
} from '../statistics/dispersion.ts'
import type { Levels } from './budget.ts'

/** test -> -2 ln p of one look, as sampling alone has it. */
export type Strengths = Readonly<Record<string, number>>

/** An accepted window and what the tests said of it; `looks` has the spans that ended with it, by their windows. */
export interface AcceptedWindow {
  readonly endMs: number
  readonly looks: Readonly<Record<string, Strengths>>
}

/** What the tests of a look are held against. */
export interface LookHistory {
  /** The dispersion of a test of that kind at this look; null: sampling noise only. */
  of(test: string, kind?: TestKind): Dispersion | null
}

/** The name of a test in a history: the feature, its segment, and the detector that was asked. */
export const testName = (
  { feature, segment }: Pick<FeatureScores, 'feature' | 'segment'>,
  { detector }: Pick<Score, 'detector'>,
): string =>
  JSON.stringify(segment === undefined ? [feature, detector] : [feature, detector, segment])

/** Of every test and rule that can raise an alarm; those without a p-value are left out. */
export function strengthsOf(features: readonly FeatureScores[]): Strengths {
  const found: Record<string, number> = {}
  for (const feature of features) {
    for (const score of [feature.primary, ...feature.rules.map((rule) => rule.score)]) {
      const logP = logOf(score)
      // Four digits are far more than the number of windows can use.
      if (logP !== null) found[testName(feature, score)] = Number((-2 * logP).toPrecision(4))
    }
  }
  return found
}

/**
 * The history of a look at `windows` merged windows that starts at `startMs`: the accepted looks of the same length
 * that ended before it started. Where they are worth fewer than eight independent ones, the dispersion is carried
 * over from the longest shorter look that has enough: its excess grows as the variance of a mean does under the
 * autocorrelation that the looks of different length show (a first-order autoregression), and in proportion to the
 * length where only one length is known.
 */
export function historyOf(
  accepted: readonly AcceptedWindow[],
  windows: number,
  startMs: number,
): LookHistory {
  let known: { readonly before: readonly AcceptedWindow[]; readonly scales: number[] } | undefined
  return {
    of(test, kind = {}) {
      known ??= acceptedBefore(accepted, windows, startMs)
      const { before, scales } = known
      const { own = 1 } = kind
      // Rows grow with the length of the look, the reference stays.
      const dispersionAt = (scale: number): Dispersion | null =>
        dispersionOf(strengthsAt(before, scale, test), {
          ...kind,
          own: own / (own + ((1 - own) * scale) / windows),
        })
      let shorter: { scale: number; dispersion: Dispersion } | null = null
      for (const scale of scales) {
        const dispersion = dispersionAt(scale)
        if (dispersion === null) continue
        if (shorter === null && scale === windows) return dispersion
        if (shorter !== null) {
          return carried(shorter, { scale, dispersion }, windows, own)
        }
        shorter = { scale, dispersion }
      }
      return shorter && carried(shorter, shorter, windows, own)
    },
  }
}

/** In order of time, and the lengths of looks that they had, the longest first. */
function acceptedBefore(accepted: readonly AcceptedWindow[], windows: number, startMs: number) {
  const ended = accepted.filter(({ endMs }) => endMs <= startMs)
  // Mostly they come in order.
  const isSorted = ended.every(({ endMs }, i) => i === 0 || (ended[i - 1]?.endMs ?? 0) <= endMs)
  const before = isSorted ? ended : ended.sort((left, right) => left.endMs - right.endMs)
  const found = new Set<string>()
  for (const { looks } of before) for (const scale in looks) found.add(scale)
  const scales = [...found]
    .map(Number)
    .filter((scale) => scale <= windows)
    .sort((left, right) => right - left)
  return { before, scales }
}

function strengthsAt(before: readonly AcceptedWindow[], scale: number, test: string): number[] {
  const found: number[] = []
  for (const { looks } of before) {
    const strength = looks[scale]?.[test]
    if (strength !== undefined) found.push(strength)
  }
  return found
}

interface Known {
  readonly scale: number
  readonly dispersion: Dispersion
}

/** The dispersion at a longer look, from those of two shorter ones (or of one twice). */
function carried(longer: Known, shorter: Known, windows: number, own: number): Dispersion {
  // In units of what sampling alone varies in a window: the noise of the reference does not shrink.
  const excess = excessOf(longer.dispersion) / longer.dispersion.own
  const base = excessOf(shorter.dispersion) / shorter.dispersion.own
  const steps = longer.scale / shorter.scale
  const growth =
    steps === 1 || base === 0
      ? windows / longer.scale
      : ratioAt(correlationOf(steps, excess / base), steps, windows / shorter.scale)
  const { dispersion } = longer
  const beyond = Math.max(0, dispersion.factor - 1)
  const grown = { ...dispersion, own, factor: dispersion.factor + beyond * (growth - 1) }
  return { ...grown, variance: varianceAt(grown, own * excess * growth) }
}

const ratioAt = (correlation: number, from: number, to: number): number =>
  varianceInflation(to, correlation) / varianceInflation(from, correlation)

/**
 * The scores with the dispersion of their tests, and a p-value that predicts with it for those that are significant
 * by sampling alone: it is never smaller, so the others could not raise an alarm either way. `whenRead`: a prediction
 * is worked out when somebody reads it, and is undefined where there is none.
 */
export function withHistory(
  features: readonly FeatureScores[],
  history: LookHistory | null,
  levels: Levels,
  designEffect = 1,
  whenRead = false,
): FeatureScores[] {
  if (history === null && designEffect <= 1) return [...features]
  return features.map((feature) => {
    const predicted = (score: Score, logP: number, decides: boolean): Prediction | undefined => {
      const level = decides ? levels.test : levels.rule
      const law = score.law as EffectLaw | undefined
      const dispersion = history?.of(testName(feature, score), kindOf(score, law)) ?? null
      if (dispersion === null && designEffect <= 1) return undefined
      return {
        dispersion: Math.max(designEffect, dispersion?.factor ?? 1),
        windows: dispersion?.windows ?? 0,
        effectiveWindows: dispersion?.effective ?? 0,
        provisional: (dispersion?.effective ?? 0) < establishedWindows,
        pValue:
          Math.exp(logP) <= level
            ? Math.max(
                predictionP(logP, dispersion, designEffect),
                Math.exp(designLogP(logP, law, designEffect)),
              )
            : null,
        ...(decides &&
          law !== undefined && {
            logLevel: Math.min(
              samplingLogLevel(level, dispersion, designEffect),
              designLogLevel(Math.log(level), law, designEffect),
            ),
          }),
      }
    }
    const held = (score: Score, decides: boolean): Score => {
      const logP = logOf(score)
      if (logP === null) return score
      if (whenRead) return readLater(score, () => predicted(score, logP, decides))
      const prediction = predicted(score, logP, decides)
      return prediction === undefined ? score : { ...score, prediction }
    }
    return {
      ...feature,
      primary: held(feature.primary, true),
      rules: feature.rules.map((rule) => ({ ...rule, score: held(rule.score, false) })),
    }
  })
}

/** The score with a prediction that is made the first time that it is read. */
function readLater(score: Score, predict: () => Prediction | undefined): Score {
  let made: { readonly prediction: Prediction | undefined } | undefined
  const get = () => {
    made ??= { prediction: predict() }
    return made.prediction
  }
  return Object.defineProperty({ ...score }, 'prediction', { enumerable: true, get })
}

/**
 * Where the law tells the degrees: all that windows vary may be one direction of so many. Of the sampling noise the larger
 * side has the smaller share.
 */
const kindOf = ({ mainShare, n }: Score, law: EffectLaw | undefined): TestKind => ({
  degrees: law !== undefined && 'size' in law ? law.degrees : undefined,
  share: mainShare,
  own: n.reference + n.current > 0 ? n.reference / (n.reference + n.current) : 1,
})

/** ln p; of a p-value too small for a double, what the detector says of it, else that of the smallest double. */
function logOf({ pValue, logP }: Score): number | null {
  if (pValue === null) return null
  return logP ?? Math.log(Math.max(pValue, Number.MIN_VALUE))
}
