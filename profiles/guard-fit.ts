import type { Binning } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { isAnswer } from '../contracts/prediction.ts'
import { seededRandom } from '../statistics/seeded-random.ts'
import { binningDigest, digestOf } from './digest.ts'
import { fitGuardDistance, type GuardDistance } from './guard-distance.ts'
import { type SampledRow, sampleDigest } from './sample.ts'
import { segmenter, segmentName } from './segments.ts'

/** Raised when the same rows would give another distance. */
const definition = 1

export interface GuardFitInput {
  /** Of the reference, with the answers of the model. */
  readonly binning: Binning
  /** Digest of the reference's profile. */
  readonly profile: string
  /** Rows of it, in the order of the binning; null: none are kept. */
  readonly rows: readonly SampledRow[] | null
  readonly far: { readonly rate: number; readonly segment?: string | undefined } | undefined
}

/** What a guard needs to know of a reference beside its binning. Plain JSON. */
export interface GuardFit {
  readonly schema: 'driftgate-guard-fit/1'
  /** Null: nothing is far. */
  readonly distance: GuardDistance | null
}

/** What of a binning an input has: everything but the answers of the model. */
export const guardBinning = (binning: Binning): Binning => ({
  ...binning,
  features: binning.features.filter(({ name }) => !isAnswer(name)),
})

/** Digest of all that a fit follows from: equal ones give the same bytes, wherever they are fitted. */
export const guardFitId = ({ binning, profile, rows, far }: GuardFitInput): string =>
  digestOf({
    ...{ definition, binning: binningDigest(binning), profile },
    far: far === undefined ? null : { rate: far.rate, segment: far.segment ?? null },
    rows: far === undefined || rows === null ? null : sampleDigest(rows),
  })

/**
 * Fits a guard to rows of a reference; chance comes from the digest of what it is fitted to. Throws GUARD_ROWS_TOO_FEW,
 * also where no rows are kept.
 */
export function fitGuard(input: GuardFitInput): GuardFit {
  const { binning, rows, far } = input
  const schema = 'driftgate-guard-fit/1'
  if (far === undefined) return { schema, distance: null }
  if (rows === null) {
    const needed = Math.ceil(20 / far.rate)
    throw new DriftgateError('GUARD_ROWS_TOO_FEW', {
      ...{ rate: far.rate, needed, rows: 0, where: 'the reference' },
    })
  }
  const asked = binning.features.flatMap(({ name }, at) => (isAnswer(name) ? [] : [at]))
  const groupOf = far.segment === undefined ? null : groupBy(binning, far.segment)
  const distance = fitGuardDistance(
    guardBinning(binning),
    rows.map(({ values }) => asked.map((at) => values[at])),
    {
      rate: far.rate,
      next: seededRandom(Number.parseInt(guardFitId(input).slice(0, 8), 16)),
      ...(groupOf && { segments: rows.map(({ values }) => groupOf(values)) }),
    },
  )
  return { schema, distance }
}

/** The group of a row by one segmented feature, as tables call it. Values in the order of the binning. */
export function groupBy(
  binning: Binning,
  feature: string,
): (values: SampledRow['values']) => string {
  const at = (binning.segments ?? []).findIndex((each) => each.feature === feature)
  const names = segmenter(binning)
  return (values) => names(values)[at] ?? segmentName(feature, '(other)')
}
