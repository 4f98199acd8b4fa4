import { countedP } from '../contracts/counted-p.ts'
import {
  type Explanation,
  type FeatureReport,
  titleOf,
  type VerdictName,
} from '../contracts/report.ts'
import { twoDigits } from '../contracts/two-digits.ts'
import { type BrokenRule, badShare, isSignificant, isTypeBreak, type JudgeInput } from './alarm.ts'

/** One sentence that a person can act on. */
export function headlineOf(
  verdict: VerdictName,
  input: JudgeInput,
  features: readonly FeatureReport[],
  broken: readonly BrokenRule[],
  explanation: Explanation | null,
): string {
  const { rows, settings } = input
  switch (verdict) {
    case 'INCOMPLETE_WINDOW':
      if (rows.lost === 0) return halves(input)
      return `${rows.lost} records of this window were removed by retention before they were read: no verdict is possible`
    case 'STALE':
      return `no rows for ${input.emptyWindows} windows in a row: nothing is known about this model`
    case 'INSUFFICIENT_DATA':
      return rows.good >= settings.minimumRows && input.noReference !== undefined
        ? `no reference can be used yet: ${input.noReference}: no verdict is possible`
        : `${rows.good} rows, ${settings.minimumRows} are needed: no verdict is possible`
    case 'DATA_QUALITY':
      return dataQuality(input, broken, explanation)
    case 'DRIFT':
      return drift(features)
    default:
      return noDrift(features)
  }
}

function halves({ rows, settings }: JudgeInput): string {
  const { requests = 0, responses = 0, share = 0 } = rows.unmatched ?? {}
  return `${requests} requests without a response and ${responses} responses without a request, ${Math.round(share * 100)} % of a kind where ${Math.round(settings.maximumBadShare * 100)} % are tolerated: no verdict is possible on what is left`
}

function dataQuality(
  input: JudgeInput,
  broken: readonly BrokenRule[],
  explanation: Explanation | null,
): string {
  const [changed, ...moreChanged] = input.typeBreaks ?? []
  if (changed !== undefined) {
    const others = moreChanged.length === 0 ? '' : ` and of ${moreChanged.length} more`
    return `the type of ${changed.feature}${others} has changed: ${changed.sentence}; fix the feed, do not retrain`
  }
  if (explanation !== null) {
    const share = Math.round(explanation.explained * 100)
    return `upstream changed its units: ${explanation.sentence} explains ${share} % of the change; fix the feed, do not retrain`
  }
  if (isTypeBreak(input)) {
    return `${Math.round(badShare(input) * 100)} % of the records cannot be read, ${Math.round(input.settings.maximumBadShare * 100)} % are tolerated: their form has changed; fix the feed, do not retrain`
  }
  const [first, ...more] = broken
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  return `the input of ${first?.feature}${others} is broken: ${first?.sentence}; fix the feed, do not retrain`
}

function drift(features: readonly FeatureReport[]): string {
  const drifted = features.filter(({ state }) => state === 'drifted')
  const worst = drifted[0]
  if (worst === undefined) return ''
  const { primary, minimumEffect } = worst
  const evidence = `${primary.detector} effect ${twoDigits(primary.effect)}, at least ${twoDigits(primary.effectInterval[0])} > ${twoDigits(minimumEffect)}`
  return drifted.length === 1
    ? `${titleOf(worst)} drifted${spanOf(worst)}: ${worst.sentence}; ${evidence}`
    : `${drifted.length} of ${features.length} features drifted, most of all ${titleOf(worst)}${spanOf(worst)} (${shareText(worst.cause)} of the drift): ${worst.sentence}; ${evidence}`
}

/** The feature that a headline without drift quotes: the first that differs significantly, else the first of all. */
export const quotedOf = (features: readonly FeatureReport[]): FeatureReport | undefined =>
  features.find(({ primary, level }) => isSignificant(primary, level)) ?? features[0]

/** Quotes the effect's upper bound beside the p-value, and what this window could not have seen. */
function noDrift(features: readonly FeatureReport[]): string {
  const significant = features.filter(({ primary, level }) => isSignificant(primary, level))
  const worst = quotedOf(features)
  if (worst === undefined) return 'no feature is watched'
  const { primary, level, minimumEffect, detectable } = worst
  const feature = `${titleOf(worst)}${spanOf(worst)}`
  const bound = twoDigits(primary.effectInterval[1])
  const unseen =
    detectable === null
      ? ''
      : `; a change of ${feature} below ${twoDigits(detectable)} could have stayed unseen`
  if (significant.length === 0) {
    return `nothing significant at ${twoDigits(level)}; the largest effect, ${feature}, is at most ${bound}${unseen}`
  }
  const verb = significant.length === 1 ? 'feature differs' : 'features differ'
  return `${significant.length} ${verb} significantly, none by enough to matter: ${feature} has effect ${twoDigits(primary.effect)}, at most ${bound}, p ${pText(countedP(primary))}; ${twoDigits(minimumEffect)} matters${unseen}`
}

/** Over how many windows and against which reference, where these are not the only ones. */
const spanOf = ({ windows, reference }: FeatureReport): string =>
  (windows === 1 ? '' : ` over the last ${windows} windows`) +
  (reference === undefined ? '' : ` against ${reference}`)

const shareText = (share: number | null): string => `${Math.round((share ?? 0) * 100)} %`
const pText = (p: number | null): string =>
  p === null ? 'unknown' : p < 1e-12 ? '< 1e-12' : twoDigits(p)
