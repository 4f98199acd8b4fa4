import type { Binning } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { quantile } from '../statistics/quantile.ts'
import { categoryValue, numericValue } from './values.ts'

/** How far an input is from everything seen, and where that is too far. Plain JSON. */
export interface GuardDistance {
  readonly schema: 'driftgate-guard/1'
  /** Share of inputs like the reference's that are called far. */
  readonly rate: number
  /** Per feature the unit of a difference; null of a category. */
  readonly scales: readonly (number | null)[]
  /** Reference rows that inputs are held against, as `coded`; null is missing. */
  readonly anchors: readonly (readonly (number | null)[])[]
  /** A distance above it is far: over all rows, and of segments that have one of their own. */
  readonly threshold: number
  readonly thresholds: Readonly<Record<string, number>>
}

export interface GuardDistanceOptions {
  readonly rate: number
  /** Uniform numbers in [0, 1): deals the rows to anchors and calibration. */
  readonly next: () => number
  /** Segment of each row: each gets a threshold, and so the rate, of its own. */
  readonly segments?: readonly string[]
  readonly anchors?: number
}

/** More than this many units count as so many: one wild feature is not all. */
const farthest = 10
/** The calibration needs rows for this many exceedances. */
const exceedances = 20

/**
 * Fits the distance to some reference rows and sets its threshold by all others, which took no part in it (split
 * conformal: Vovk et al., Algorithmic Learning in a Random World, 2005): of fresh rows like the reference's at most
 * `rate` exceed it in expectation, whatever their law. A rate needs 20 / rate calibration rows, in each segment, else
 * GUARD_ROWS_TOO_FEW.
 */
export function fitGuardDistance(
  binning: Binning,
  rows: readonly (readonly FeatureValue[])[],
  { rate, next, segments, anchors: wanted = 256 }: GuardDistanceOptions,
): GuardDistance {
  if (!(rate > 0 && rate < 1)) throw new RangeError(`the rate ${rate} is not between 0 and 1`)
  const encode = coder(binning)
  const order = rows.map((_, row) => row)
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
  const taken = Math.min(wanted, Math.floor(order.length / 2))
  const needed = Math.ceil(exceedances / rate)
  const anchors = order.slice(0, taken).map((row) => [...encode(rows[row] as FeatureValue[])])
  const scales = binning.features.map(({ kind }, i) =>
    kind === 'categorical' ? null : scaleOf(anchors.map((anchor) => anchor[i] as number)),
  )
  const fitted = {
    schema: 'driftgate-guard/1' as const,
    rate,
    scales,
    anchors: anchors.map((anchor) => anchor.map((x) => (Number.isFinite(x) ? x : null))),
  }
  const distance = distanceTo(binning, fitted)
  const bySegment = new Map<string, number[]>()
  const all: number[] = []
  for (const row of order.slice(taken)) {
    const far = distance(rows[row] as FeatureValue[])
    all.push(far)
    const segment = segments?.[row]
    if (segment !== undefined) bySegment.set(segment, [...(bySegment.get(segment) ?? []), far])
  }
  const thresholdOf = (distances: number[], segment: string) => {
    if (distances.length < needed) {
      throw new DriftgateError('GUARD_ROWS_TOO_FEW', {
        rate,
        needed,
        rows: distances.length,
        where: segment,
      })
    }
    distances.sort((left, right) => left - right)
    return distances[Math.ceil((distances.length + 1) * (1 - rate)) - 1] as number
  }
  return {
    ...fitted,
    threshold: thresholdOf(all, 'all rows'),
    thresholds: Object.fromEntries(
      [...bySegment].map(([name, distances]) => [name, thresholdOf(distances, `segment ${name}`)]),
    ),
  }
}

/** Middle half of the values; of values that hardly vary, their whole range, or 1. */
function scaleOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort()
  if (sorted.length === 0) return 1
  const middle = quantile(sorted, 0.75) - quantile(sorted, 0.25)
  return middle || (sorted.at(-1) as number) - (sorted[0] as number) || 1
}

/** A row as numbers: a category by its position, -1 unseen; NaN is missing. */
function coder({ features }: Binning): (row: readonly FeatureValue[]) => Float64Array {
  const positions = features.map((feature) =>
    feature.kind === 'categorical'
      ? new Map(feature.categories.map((category, i) => [category, i]))
      : null,
  )
  const coded = new Float64Array(features.length)
  return (row) => {
    for (let i = 0; i < coded.length; i++) {
      const known = positions[i]
      if (known) {
        const category = categoryValue(row[i])
        coded[i] = category === null ? Number.NaN : (known.get(category) ?? -1)
      } else coded[i] = numericValue(row[i]) ?? Number.NaN
    }
    return coded
  }
}

/** Distance of a row to the nearest anchor: units summed over features, another category or one side missing is one. */
export function distanceTo(
  binning: Binning,
  { scales, anchors }: Pick<GuardDistance, 'scales' | 'anchors'>,
): (row: readonly FeatureValue[]) => number {
  const encode = coder(binning)
  const width = scales.length
  const flat = Float64Array.from(anchors.flatMap((anchor) => anchor.map((x) => x ?? Number.NaN)))
  const units = Float64Array.from(scales, (scale) => scale ?? 0)
  return (row) => {
    const coded = encode(row)
    let nearest = Number.POSITIVE_INFINITY
    for (let at = 0; at < flat.length; at += width) {
      let sum = 0
      for (let i = 0; i < width && sum < nearest; i++) {
        const x = coded[i] as number
        const y = flat[at + i] as number
        const unit = units[i] as number
        if (x === y) continue
        const gap = unit === 0 ? 1 : Math.abs(x - y) / unit
        // NaN where either is missing: both missing is no difference.
        if (gap <= farthest) sum += gap
        else if (gap > farthest) sum += farthest
        else if (!(Number.isNaN(x) && Number.isNaN(y))) sum += 1
      }
      if (sum < nearest) nearest = sum
    }
    return nearest
  }
}
