import type { ClassShift, DriftKind, DriftRemedy, ToldKind } from '../contracts/kind.ts'
import { kindName, remedyWords } from '../contracts/kind-words.ts'
import type { PerformanceFinding, PerformanceJudgement } from '../contracts/performance-finding.ts'
import type { VerdictName } from '../contracts/report.ts'
import { twoDigits } from '../contracts/two-digits.ts'

/** What the verdict on the data of a window says. */
export interface DataSide {
  readonly verdict: VerdictName
  readonly headline: string
  /** Every reference in use; `repeats`: it holds the same hours of the weeks, or the same season of the years, before. */
  readonly references: readonly {
    readonly name: string
    readonly repeats: boolean
    readonly drifted: number
  }[]
}

/** Labels of a window that is not final: none came, some did, or the model has none at all. */
export type LabelsSoFar = 'none' | 'some' | 'undeclared'

export interface KnownOfWindow {
  /** Null: there is no verdict on the window. */
  readonly data: DataSide | null
  /** By labels, by an estimate, or both; empty: nothing is known of how well it went. */
  readonly performance: readonly Pick<PerformanceJudgement, 'by' | 'findings'>[]
  /** Null: too few labelled rows, or no classes. */
  readonly classes: ClassShift | null
  /** Sentences of the slices that stand out. */
  readonly slices?: readonly string[]
  /** Where no judgement is by labels: how many there are so far; absent: none. */
  readonly labels?: LabelsSoFar
}

/** Of the tests here, each on labelled rows and none of which opens an incident. */
const level = 0.01
/** A share of a class that moved by less explains no loss. */
const leastShare = 0.02

/**
 * Which kind of drift a window shows, by its verdict on the data and by its labels; null: neither shows any. In this
 * order: broken input explains itself; other shares of the classes explain what else labels show, where each class is
 * answered as before; then what the labels say of answers (concept drift), of losses, and then the data alone. Without
 * labels nothing is said of losses, and without labels or the gap that they leave none of it is called concept drift.
 */
export function kindOf(known: KnownOfWindow): ToldKind | null {
  const { data } = known
  const seen = seenIn(known)
  const { loss, concept, estimate, isLossAsked } = seen
  const drifts = data?.verdict === 'DRIFT'
  if (data?.verdict === 'DATA_QUALITY') {
    return told('upstream_fault', 'high', 'fix_feed', [data.headline])
  }
  // What labels say stands, whatever was estimated before them.
  const isExpected = estimate.length > 0 && !isLossAsked
  if (!drifts && loss.length === 0 && concept.length === 0 && !isExpected) return null
  const reasons = [
    ...sentences([...loss, ...concept]),
    ...dataReason(data),
    ...(known.slices ?? []),
  ]
  const shifted = shiftOf(known.classes)
  if (shifted !== null && isLossAsked) {
    return told('label_shift', shifted.certainty, 'reweight', [shifted.reason, ...reasons])
  }
  if (concept.length > 0) {
    const isSure = data?.verdict === 'NO_DRIFT'
    const remedy = loss.length === 0 && concept.every(isOfCalibration) ? 'recalibrate' : 'retrain'
    return told('concept_drift', isSure ? 'high' : 'moderate', remedy, reasons)
  }
  if (loss.length > 0) return ofLoss(data, seen, reasons)
  if (drifts && returns(data)) return seasonal(data, seen, known)
  if (drifts && isLossAsked) return withoutLoss(data, seen)
  return tooEarly([...sentences(estimate), ...dataReason(data)], known)
}

interface Seen {
  /** Alarms of a loss by labels. */
  readonly loss: readonly PerformanceFinding[]
  /** Alarms of what labels say of answers. */
  readonly concept: readonly PerformanceFinding[]
  readonly estimate: readonly PerformanceFinding[]
  /** Labels were held against what was before. */
  readonly isLossAsked: boolean
  /** A rule that tells other outcomes of the same inputs from other inputs could be asked. */
  readonly isConceptAsked: boolean
  readonly findings: readonly PerformanceFinding[]
}

/** Whether labels could be held against what was before: then no estimate says more. */
export const asksLoss = ({ findings }: Pick<PerformanceJudgement, 'findings'>): boolean =>
  findings.some(({ rule, state }) => lossRules.includes(rule) && state !== 'unavailable')

const lossRules = ['loss', 'error_stream']
const conceptRules = ['gap', 'calibration', 'label_given_score']

function seenIn({ performance }: KnownOfWindow): Seen {
  const findings = performance.flatMap((judgement) => judgement.findings)
  const of = (rules: readonly string[]) => findings.filter(({ rule }) => rules.includes(rule))
  const alarms = (some: readonly PerformanceFinding[]) =>
    some.filter(({ state }) => state === 'alarm')
  const asked = (some: readonly PerformanceFinding[]) =>
    some.some(({ state }) => state !== 'unavailable')
  return {
    loss: alarms(of(lossRules)),
    concept: alarms(of(conceptRules)),
    estimate: alarms(of(['estimate'])),
    isLossAsked: asked(of(lossRules)),
    isConceptAsked: asked(of(conceptRules)),
    findings,
  }
}

/** The classes are spread otherwise, and within each the model answers as before. */
function shiftOf(classes: ClassShift | null) {
  if (classes === null || classes.p > level || classes.pWithin <= level) return null
  // Labels moved and answers did not: they mean something else.
  if (classes.pAnswers > level) return null
  const moved = classes.now.map((share, i) => Math.abs(share - (classes.before[i] as number)))
  const most = moved.indexOf(Math.max(...moved))
  if ((moved[most] as number) < leastShare) return null
  const of = (shares: readonly number[]) => percent(shares[most] as number)
  const rarest = Math.min(...classes.now.map((share) => share * classes.rows.now))
  const alone =
    classes.predicted === null ? '' : `, its answers alone tell ${of(classes.predicted)}`
  const reason = `class ${classes.classes[most]} is ${of(classes.before)} -> ${of(classes.now)} of the labels${alone}; within each class the answers are as before (p ${twoDigits(classes.pWithin)})`
  // Of few rows of a class much could have changed unseen.
  return { reason, certainty: rarest >= 100 ? ('high' as const) : ('moderate' as const) }
}

function ofLoss(data: DataSide | null, { isConceptAsked }: Seen, reasons: string[]): ToldKind {
  if (data?.verdict === 'NO_DRIFT') {
    return told('concept_drift', isConceptAsked ? 'moderate' : 'high', 'retrain', [
      ...reasons,
      'so the same inputs have other outcomes',
    ])
  }
  if (data?.verdict === 'DRIFT') {
    const unknown = 'whether the same inputs have other outcomes as well could not be asked'
    return isConceptAsked
      ? told('data_drift_with_loss', 'high', 'retrain', [
          ...reasons,
          'given its score a label means what it meant',
        ])
      : told('data_drift_with_loss', 'moderate', 'retrain', [...reasons, unknown])
  }
  return told('too_early', 'low', 'wait', [
    ...reasons,
    'there is no verdict on the data of the window, so whether inputs or outcomes changed cannot be told',
  ])
}

/** It differs from one reference, and not from those that hold the same time of other weeks or years. */
const returns = ({ references }: DataSide): boolean => {
  const repeating = references.filter(({ repeats }) => repeats)
  return repeating.length > 0 && repeating.every(({ drifted }) => drifted === 0)
}

function seasonal(data: DataSide, { isLossAsked }: Seen, known: KnownOfWindow): ToldKind {
  const names = data.references.filter(({ repeats }) => repeats).map(({ name }) => name)
  const others = data.references.filter(({ repeats, drifted }) => !repeats && drifted > 0)
  const against = others.map(({ name, drifted }) => `${drifted} features drifted against ${name}`)
  return told('seasonal_return', isLossAsked ? 'high' : 'moderate', 'wait', [
    ...against,
    `none against ${names.join(', ')}`,
    isLossAsked ? 'the loss did not rise' : missingOf(known),
  ])
}

function withoutLoss(data: DataSide, { findings }: Seen): ToldKind {
  const asked = findings.filter(
    ({ rule, state }) => lossRules.includes(rule) && state !== 'unavailable',
  )
  const [whole = asked[0]] = asked.filter(({ segment }) => segment === '')
  const { effectInterval, minimumEffect } = whole ?? {}
  // A rise that would matter is ruled out, rather than not seen.
  const isRuledOut =
    effectInterval != null && minimumEffect != null && effectInterval[1] < minimumEffect
  return told('data_drift_without_loss', isRuledOut ? 'high' : 'moderate', 'absorb', [
    ...dataReason(data),
    ...sentences(whole === undefined ? [] : [whole]),
  ])
}

const tooEarly = (reasons: readonly string[], known: KnownOfWindow): ToldKind =>
  told('too_early', 'low', 'wait', [...reasons, missingOf(known)])

/** Why nothing is known of the loss. */
function missingOf({ performance, labels = 'none' }: KnownOfWindow): string {
  if (performance.some(({ by }) => by === 'labels')) {
    return 'what came of labels cannot be held against anything yet'
  }
  const why = {
    none: 'no labels yet',
    some: 'its labels are not complete yet',
    undeclared: 'the model has no labels',
  }[labels]
  return `${why}: nothing is known of the loss`
}

const isOfCalibration = ({ rule }: PerformanceFinding): boolean => rule === 'calibration'

const dataReason = (data: DataSide | null): string[] => {
  if (data === null) return []
  return data.verdict === 'NO_DRIFT' ? ['no feature drifted'] : [data.headline]
}

/** Of each rule the first, that of all predictions of a version before those of its segments. */
function sentences(findings: readonly PerformanceFinding[]): string[] {
  const first = new Map<string, PerformanceFinding>()
  const whole = (segment: string) => Number(segment !== '')
  for (const one of findings.toSorted((a, b) => whole(a.segment) - whole(b.segment))) {
    if (!first.has(one.rule)) first.set(one.rule, one)
  }
  return [...first.values()].map(({ sentence, segment }) =>
    segment === '' ? sentence : `${sentence} in ${segment}`,
  )
}

function told(
  kind: DriftKind,
  certainty: ToldKind['certainty'],
  suggests: DriftRemedy,
  reasons: readonly string[],
): ToldKind {
  const name = kindName({ kind, certainty })
  const sentence = `${name}: ${reasons.join('; ')}; ${remedyWords[suggests]}`
  return { kind, certainty, reasons: [...reasons], suggests, sentence }
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`
