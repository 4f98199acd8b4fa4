import type { EstimateChange, EstimatedPart } from '../../contracts/estimate.ts'
import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { MeasuredLoss } from '../../contracts/performance.ts'
import type { WindowMean } from '../../statistics/against-earlier.ts'
import { againstReference } from '../../statistics/against-reference.ts'
import {
  estimateClasses,
  type GroupEstimate,
  reweightedClasses,
  unfit,
} from './estimate-classes.ts'
import { estimateNumbers, reweightedNumbers } from './estimate-numbers.ts'
import {
  type Estimator,
  type FittedGroup,
  kindOf,
  rowsNeeded,
  type SampledReferenceRow,
} from './estimator.ts'
import type { FeatureRow } from './feature-columns.ts'
import type { PredictedGroup } from './predicted-rows.ts'
import { type ShiftedInputs, shiftedInputs } from './shifted-inputs.ts'

/** A row of the window's sample, its values in the order of the estimator's features. */
export interface WindowRow {
  readonly score: number
  readonly segments: readonly string[]
  readonly values: FeatureRow
}

/** What is known of a version when a window of it is estimated. */
export interface VersionStanding {
  readonly estimator: Estimator | null
  /** Where there is none: why. */
  readonly missing: string
  /** It was fitted to this window. */
  readonly isReference: boolean
  /** Rows of the window with their features; a string: why they are not known. */
  readonly sample: readonly WindowRow[] | string
  /** Those of the reference. */
  readonly reference: readonly SampledReferenceRow[]
  readonly next: () => number
}

/** Estimated losses of earlier windows by the same estimator, in order of time. */
export type EarlierEstimates = (
  group: Pick<PredictedGroup, 'version' | 'segment'>,
) => readonly WindowMean[]

export interface EstimatingOptions {
  readonly standing: (version: string) => VersionStanding
  readonly earlier: EarlierEstimates
}

/** How well each version is expected to have done, in all and in each segment of its predictions. */
export const estimatedParts = (
  groups: readonly PredictedGroup[],
  settings: LabelSettings,
  { standing, earlier }: EstimatingOptions,
): EstimatedPart[] => {
  const shifts = new Map<string, ShiftedInputs | null>()
  return groups.map((group) => {
    const known = standing(group.version)
    const { version, segment, predictions } = group
    if (!shifts.has(version)) shifts.set(version, shiftOf(known))
    const shifted = shifts.get(version) ?? null
    const found = estimateOf(group, settings, known, shifted)
    const common = { version, segment, predictions }
    if ('state' in found) return { ...common, ...empty, ...found }
    const { metrics, loss, rows, fitted } = found
    return {
      ...{ ...common, rows, state: 'ESTIMATED', reason: null, metrics, loss },
      weighted: segment === '' ? weightedOf(group, fitted, known, shifted) : null,
      change: changeOf(fitted, known.estimator as Estimator, loss, earlier(group)),
    }
  })
}

/** Of all rows of a version: whether its inputs can be told from those of the reference. */
const shiftOf = ({
  estimator,
  isReference,
  sample,
  reference,
  next,
}: VersionStanding): ShiftedInputs | null =>
  estimator === null || isReference || typeof sample === 'string'
    ? null
    : shiftedInputs(reference, sample, estimator.features, next)

const empty = { rows: 0, metrics: [], weighted: null, loss: null, change: null }

type Missing = Pick<EstimatedPart, 'state'> & { readonly reason: string }
type Found = GroupEstimate & { readonly rows: number; readonly fitted: FittedGroup }

function estimateOf(
  group: PredictedGroup,
  settings: LabelSettings,
  { estimator, missing, isReference, sample, reference }: VersionStanding,
  shifted: ShiftedInputs | null,
): Missing | Found {
  const kind = kindOf(settings)
  if (typeof kind === 'object') return { state: 'UNAVAILABLE', reason: kind.not }
  // It learns from features alone, with labels or without.
  if (kind === 'dle' && typeof sample === 'string') return { state: 'UNAVAILABLE', reason: sample }
  if (estimator === null) return { state: 'NO_LABELS_YET', reason: missing }
  if (isReference) {
    return { state: 'REFERENCE', reason: 'its labels are what later windows are estimated by' }
  }
  const fitted = estimator.groups.find(({ segment }) => segment === group.segment)
  if (fitted === undefined) {
    return { state: 'UNAVAILABLE', reason: 'the reference has too few labels of it' }
  }
  const needed = rowsNeeded(settings)
  const few = (rows: number): Missing => ({
    state: 'TOO_FEW_ROWS',
    reason: `${rows} rows are fewer than ${needed}`,
  })
  // Of other inputs the reference says as much as the rows of it that are like them.
  const share = shifted === null ? 1 : shifted.effectiveRows / reference.length
  const labels = fitted.labels * share
  if (estimator.dle === null) {
    const rows = group.scores.length
    if (rows < needed) return few(rows)
    const reason = fitted.cbpe === null ? null : unfit(group, fitted.cbpe)
    if (reason !== null) return { state: 'UNAVAILABLE', reason }
    return { ...estimateClasses(group, fitted, { labels }), rows, fitted }
  }
  if (typeof sample === 'string') return { state: 'UNAVAILABLE', reason: sample }
  const own = rowsOf(sample, group.segment)
  if (own.length < needed) return few(own.length)
  const { dle, features } = estimator
  return { ...estimateNumbers(own, dle, features, fitted, labels), rows: own.length, fitted }
}

const rowsOf = (sample: readonly WindowRow[], segment: string): readonly WindowRow[] =>
  segment === '' ? sample : sample.filter(({ segments }) => segments.includes(segment))

/** The same by a reference that is made like the window, where its inputs are not like the reference's. */
function weightedOf(
  group: PredictedGroup,
  fitted: FittedGroup,
  { estimator, sample, reference }: VersionStanding,
  shifted: ShiftedInputs | null,
): EstimatedPart['weighted'] {
  if (shifted === null || typeof sample === 'string' || estimator === null) return null
  const { features, dle } = estimator
  const { weights, effectiveRows, apart } = shifted
  if (dle === null) {
    const cbpe = reweightedClasses(fitted, reference, weights)
    const { metrics } = estimateClasses(group, fitted, { cbpe, labels: effectiveRows })
    return { metrics, effectiveRows, apart }
  }
  const anew = reweightedNumbers(reference, features, weights)
  const { metrics } = estimateNumbers(sample, anew, features, fitted, effectiveRows)
  return { metrics, effectiveRows, apart }
}

function changeOf(
  { loss }: FittedGroup,
  { windows }: Estimator,
  now: MeasuredLoss,
  earlier: readonly WindowMean[],
): EstimateChange {
  const reference = { ...loss.estimated, windows }
  return { expected: loss.estimated.mean, ...againstReference(reference, earlier, now) }
}
