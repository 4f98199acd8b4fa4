import type { Binning, FeatureBinning } from '../contracts/binning.ts'
import type { GuardAction, GuardReason, GuardRepairKind } from '../contracts/guard-settings.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { distanceTo, type GuardDistance } from './guard-distance.ts'
import { categoryValue, numericValue } from './values.ts'

export type { GuardAction, GuardReason } from '../contracts/guard-settings.ts'

/** What may be done to a value of a feature, and nothing else is. */
export interface GuardRepairs {
  /** White space at both ends of a text goes. */
  readonly trim?: boolean | undefined
  /** A number outside the reference's range is multiplied by it where that brings it inside: 0.01 for cents as euros. */
  readonly unit?: number | undefined
  /** Takes the place of a missing value. */
  readonly default?: number | string | boolean | undefined
}

export interface GuardOptions {
  readonly repairs?: Readonly<Record<string, GuardRepairs>> | undefined
  /** What a reason leads to; `wrong type` is refused and the others flagged where nothing is said. */
  readonly on?: Partial<Record<GuardReason, GuardAction>> | undefined
  readonly distance?: GuardDistance | undefined
}

export interface GuardAnswer {
  /** `clean`: accepted after the repairs that are named. */
  readonly action: GuardAction | 'clean'
  readonly reasons: readonly { readonly feature?: string; readonly reason: GuardReason }[]
  readonly repairs: readonly {
    readonly feature: string
    readonly repair: GuardRepairKind
    readonly from: FeatureValue
    readonly to: FeatureValue
  }[]
  /** The row with its repairs. */
  readonly row: readonly FeatureValue[]
}

/** `segment`: its name, or how the row tells it once it is repaired. */
export type Guard = (
  row: readonly FeatureValue[],
  segment?: string | ((row: readonly FeatureValue[]) => string),
) => GuardAnswer

/**
 * Prepares what judges one input, values in the order of the binning's features, before the model sees it. `segment`:
 * whose threshold of the distance counts. Microseconds a row (`npm run bench -- guard`).
 */
export function createGuard(binning: Binning, options: GuardOptions = {}): Guard {
  const { repairs = {}, on = {}, distance } = options
  const features = binning.features.map((feature) => ({
    feature,
    repair: repairs[feature.name] ?? {},
    known: feature.kind === 'categorical' ? new Set(feature.categories) : null,
  }))
  const measure = distance === undefined ? null : distanceTo(binning, distance)
  return (given, segment) => {
    const row = given.slice(0, features.length)
    const reasons: { feature?: string; reason: GuardReason }[] = []
    const made: GuardAnswer['repairs'][number][] = []
    for (let i = 0; i < features.length; i++) {
      const { feature, repair, known } = features[i] as (typeof features)[number]
      const change = (kind: GuardRepairKind, to: FeatureValue) => {
        made.push({ feature: feature.name, repair: kind, from: row[i], to })
        row[i] = to
      }
      const text = row[i]
      if (repair.trim === true && typeof text === 'string' && text !== text.trim()) {
        change('trim', text.trim())
      }
      if (isMissing(row[i]) && repair.default !== undefined) change('default', repair.default)
      const moved = repair.unit === undefined ? null : inUnit(feature, row[i], repair.unit)
      if (moved !== null) change('unit', moved)
      const reason = reasonOf(feature, known, row[i])
      if (reason !== null) reasons.push({ feature: feature.name, reason })
    }
    if (measure !== null && distance !== undefined) {
      const group = typeof segment === 'function' ? segment(row) : (segment ?? '')
      const limit = distance.thresholds[group] ?? distance.threshold
      if (measure(row) > limit) reasons.push({ reason: 'far from everything seen' })
    }
    let action: GuardAnswer['action'] = made.length > 0 ? 'clean' : 'accept'
    for (const { reason } of reasons) {
      const wanted = on[reason] ?? (reason === 'wrong type' ? 'refuse' : 'flag')
      if (wanted === 'refuse') action = 'refuse'
      else if (wanted === 'flag' && action !== 'refuse') action = 'flag'
    }
    return { action, reasons, repairs: made, row }
  }
}

/** One input by a guard that is made for it; `createGuard` once serves many. */
export const guard = (
  binning: Binning,
  row: readonly FeatureValue[],
  options: GuardOptions = {},
): GuardAnswer => createGuard(binning, options)(row)

const isMissing = (value: FeatureValue): boolean =>
  value === null || value === undefined || value === '' || Number.isNaN(value)

function reasonOf(
  feature: FeatureBinning,
  known: ReadonlySet<string> | null,
  value: FeatureValue,
): GuardReason | null {
  if (isMissing(value)) return 'missing'
  if (feature.kind === 'categorical') {
    return known?.has(categoryValue(value) as string) ? null : 'unseen category'
  }
  const number = numericValue(value)
  if (number === undefined || typeof value === 'object') return 'wrong type'
  if (number === null || Number.isNaN(number)) return 'missing'
  return number < feature.minimum || number > feature.maximum ? 'out of range' : null
}

function inUnit(feature: FeatureBinning, value: FeatureValue, factor: number): number | null {
  if (feature.kind !== 'numeric' || typeof value !== 'number') return null
  const inside = (x: number) => x >= feature.minimum && x <= feature.maximum
  return !inside(value) && inside(value * factor) ? value * factor : null
}
