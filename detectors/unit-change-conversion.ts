import type { Explanation } from '../contracts/report.ts'
import type { NumericCounts } from '../profiles/index.ts'
import {
  cellDistance,
  type SampledValues,
  sampledValues,
  scaleRatio,
  transportDistance,
} from './sampled-values.ts'
import { explainedByUndoing } from './undo.ts'
import type { Bucket, Suspect } from './unit-change-input.ts'
import { unitConversions } from './unit-conversions.ts'

/** Sampled values below this tell nothing about a bucket. */
const leastValues = 50

/** A known change of units of one numeric feature, tried on the sampled rows. */
export function explainByConversion(
  suspect: Suspect,
  reference: NumericCounts,
  buckets: readonly Bucket[],
): Explanation | null {
  const parts = buckets.map((bucket) => sampledValues(bucket, suspect.index))
  if (parts.some(({ values }) => values.length < leastValues)) return null
  const distance = (list: readonly SampledValues[]) => transportDistance(reference, list)
  let best: Explanation | null = null
  for (const { kind, sentence, undo } of unitConversions) {
    const undone = explainedByUndoing({
      parts,
      undo: ({ values, weight }) => ({ values: values.map(undo), weight }),
      distance,
    })
    if (undone === null || undone.explained <= (best?.explained ?? 0)) continue
    const residual = cellDistance(reference, undone.parts)
    if (residual >= suspect.minimumEffect) continue
    if (kind === 'factor' && !tells(1 / undo(1), parts.length)) continue
    if (kind === 'factor' && !fits(1 / undo(1), reference, undone.parts)) continue
    best = {
      feature: suspect.name,
      kind,
      sentence: `every ${suspect.name} is now ${sentence}`,
      explained: undone.explained,
      residual,
      since: buckets[undone.first]?.start ?? null,
    }
  }
  return best
}

/** Within this the world moves sizes by itself, prices above all, and any such move lies near one unit or another. */
const mild = 5

/**
 * Whether a factor can be told from a move of the world at all: a mild one only by a break that is seen to be sharp, or a
 * level that is seen to stay, which takes two buckets.
 */
const tells = (factor: number, buckets: number): boolean =>
  buckets > 1 || factor > mild || factor < 1 / mild

/** Changes of size that the world makes by itself: they are never taken for the unit next to them. */
const plainFactors = [2, 0.5]

/**
 * Whether a factor fits, and not just one nearby: the mean size has to come back within three standard errors (at
 * least 3 %), and a plain doubling or halving, 9 % from kilograms to pounds, must lie outside of them.
 */
function fits(factor: number, reference: NumericCounts, undone: readonly SampledValues[]): boolean {
  const { ratio, error } = scaleRatio(reference, undone)
  const isPlain = plainFactors.some(
    (plain) => Math.abs((factor * ratio) / plain - 1) <= Math.max(0.03, 3 * error),
  )
  return !isPlain && Math.abs(ratio - 1) <= Math.max(0.03, 3 * error)
}
