import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { LabelBias } from '../../contracts/performance.ts'
import { cbpeProbabilities } from '../../statistics/cbpe/binary.ts'
import type { GapReference } from '../../statistics/concept/gap.ts'
import { countBelow } from '../../statistics/count-below.ts'
import { expectedErrors } from '../../statistics/dle/estimator.ts'
import { quantileEdges } from '../../statistics/quantile.ts'
import { unfit } from './estimate-classes.ts'
import { type Estimator, rowsNeeded, type SampledReferenceRow } from './estimator.ts'
import { columnsOf } from './feature-columns.ts'
import type { LabelledGroup } from './labelled-rows.ts'

/** What was estimated of labelled rows, and what came. */
export interface GapRows {
  readonly reference: GapReference
  /** Probabilities of class 1 and labels, or losses. */
  readonly estimated: ArrayLike<number>
  readonly realised: ArrayLike<number>
  /** How often a row counts, where labels come for other predictions than are made. */
  readonly weights: Float64Array | null
  /** What is estimated of a row: whether its label is 1, or its loss. */
  readonly of: 'label_rate' | 'absolute_error'
}

/** A labelled row whose features are known, in the order of the estimator's. */
export type GapSample = Pick<SampledReferenceRow, 'score' | 'label' | 'segments' | 'values'>

/** What of a final window is known of a version. */
export interface GapStanding {
  readonly estimator: Estimator | null
  /** Where there is none: why. */
  readonly missing: string
  /** It was fitted to this window. */
  readonly isReference: boolean
  /** A string: why they are not known. */
  readonly sample: readonly GapSample[] | string
  readonly bias: LabelBias | null
}

/** Beyond it labels come for other predictions than are made. */
const surely = 0.001

/** What the estimator says of the labelled rows of a group; a string: why it says nothing. */
export function gapRows(
  group: LabelledGroup,
  settings: LabelSettings,
  { estimator, missing, isReference, sample, bias }: GapStanding,
): GapRows | string {
  if (estimator === null) return missing
  if (isReference) return 'its labels are what later windows are estimated by'
  const fitted = estimator.groups.find(({ segment }) => segment === group.segment)
  if (fitted === undefined) return 'the reference has too few labels of it'
  const needed = rowsNeeded(settings)
  const few = (rows: number) => `${rows} labelled rows are fewer than ${needed}`
  const weigh = (own: readonly number[]) =>
    bias !== null && bias.pValue < surely ? stratified(own, group.allScores) : null
  if (fitted.cbpe !== null) {
    const known = group.scores.flatMap((score, row) => (Number.isFinite(score) ? [row] : []))
    if (known.length < needed) return few(known.length)
    const own = known.map((row) => group.scores[row] as number)
    const reason = unfit({ scores: own }, fitted.cbpe)
    if (reason !== null) return reason
    return {
      ...{ reference: fitted.gap, of: 'label_rate' },
      estimated: cbpeProbabilities(fitted.cbpe, own),
      realised: known.map((row) => group.actual[row] as number),
      weights: weigh(own),
    }
  }
  if (typeof sample === 'string') return sample
  const own = sample.filter(
    ({ segments }) => group.segment === '' || segments.includes(group.segment),
  )
  const { dle, features } = estimator
  if (dle === null || own.length < needed) return few(own.length)
  const predicted = own.map(({ score }) => score)
  const values = own.map((row) => row.values)
  return {
    ...{ reference: fitted.gap, of: 'absolute_error' },
    estimated: expectedErrors(dle, columnsOf(features, values), predicted),
    realised: own.map(({ score, label }) => Math.abs(score - label)),
    weights: weigh(predicted),
  }
}

const cells = 20
/** A row counts at most this many times. */
const most = 50

/**
 * How often each labelled row counts, so that together they have the scores of all predictions: in cells of about equally
 * many predictions, how many of these there are to a label. Where a label comes for a score or does not, and nothing else
 * decides about it, this makes up for it.
 */
export function stratified(own: readonly number[], all: readonly number[]): Float64Array {
  const edges = quantileEdges(Float64Array.from(all).sort(), cells)
  const countIn = (scores: readonly number[]) => {
    const counts = new Float64Array(edges.length + 1)
    for (const score of scores) {
      const at = countBelow(edges, score, true)
      counts[at] = (counts[at] as number) + 1
    }
    return counts
  }
  const [labelled, predicted] = [countIn(own), countIn(all)]
  const ratio = own.length / all.length
  return Float64Array.from(own, (score) => {
    const at = countBelow(edges, score, true)
    return Math.min(most, ((predicted[at] as number) / (labelled[at] as number)) * ratio)
  })
}
