import type { Explanation } from '../contracts/report.ts'
import type { NumericCounts } from '../profiles/index.ts'
import {
  cellDistance,
  type SampledValues,
  sampledValues,
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
