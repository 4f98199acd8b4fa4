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

const leastValues = 50

/** The two columns of a bucket, as they came. */
interface Pair {
  readonly left: SampledValues
  readonly right: SampledValues
}

/** Two numeric columns that changed places: each now holds what the reference holds of the other. */
export function explainByColumnSwap(
  suspects: readonly Suspect[],
  buckets: readonly Bucket[],
): Explanation | null {
  const numeric = suspects.filter(({ reference }) => reference.kind === 'numeric')
  for (const [at, left] of numeric.entries()) {
    for (const right of numeric.slice(at + 1)) {
      const explanation = explainPair(left, right, buckets)
      if (explanation !== null) return explanation
    }
  }
  return null
}

function explainPair(
  left: Suspect,
  right: Suspect,
  buckets: readonly Bucket[],
): Explanation | null {
  const parts = buckets.map((bucket) => ({
    left: sampledValues(bucket, left.index),
    right: sampledValues(bucket, right.index),
  }))
  if (
    parts.some((pair) => Math.min(pair.left.values.length, pair.right.values.length) < leastValues)
  )
    return null
  const undo = (pair: Pair): Pair => ({ left: pair.right, right: pair.left })
  const sides = ([left, right] as const).map((suspect, side) => {
    const reference = suspect.reference as NumericCounts
    const column = (list: readonly Pair[]) =>
      list.map((pair) => (side === 0 ? pair.left : pair.right))
    const distance = (list: readonly Pair[]) => transportDistance(reference, column(list))
    const undone = explainedByUndoing({ parts, undo, distance })
    const residual = undone === null ? 1 : cellDistance(reference, column(undone.parts))
    return undone === null || residual >= suspect.minimumEffect ? null : { ...undone, residual }
  })
  const [one, other] = sides
  if (one == null || other == null || one.first !== other.first) return null
  return {
    feature: left.name,
    kind: 'swap',
    sentence: `the columns ${left.name} and ${right.name} have changed places`,
    explained: Math.min(one.explained, other.explained),
    residual: Math.max(one.residual, other.residual),
    since: buckets[one.first]?.start ?? null,
  }
}
