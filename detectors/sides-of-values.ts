import type { CategoryColumn } from '../profiles/index.ts'
import { mergeSorted } from '../statistics/ordered-cells.ts'
import { scaledMoments } from '../statistics/scaled-moments.ts'
import { sortNumbers } from '../statistics/sort-numbers.ts'
import type { CategoricalSides, Moments, NumericSides } from './sides.ts'

/** Raw values of both sides: one cell per distinct value. NaN and infinite values count as missing. */
export function sidesOfValues(
  feature: string,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): NumericSides {
  const before = sortedFinite(reference)
  const now = sortedFinite(current)
  const { values, ...counts } = mergeSorted(before, now)
  return {
    kind: 'numeric',
    feature,
    ...counts,
    low: values,
    high: values,
    cells: 'values',
    moments: { reference: momentsOf(before), current: momentsOf(now) },
    range: { reference: rangeOf(before), current: rangeOf(now) },
    outside: { reference: 0, current: outsideOf(now, rangeOf(before)) },
    missing: {
      reference: reference.length - before.length,
      current: current.length - now.length,
    },
  }
}

export type { CategoryColumn }

/** Raw categories of both sides. Known are those of the reference; all others of the window are unseen. */
export function sidesOfCategories(
  feature: string,
  reference: CategoryColumn,
  current: CategoryColumn,
): CategoricalSides {
  const before = countCodes(reference)
  const now = countCodes(current)
  const known = [...before.counts.keys()].sort()
  const unseen = [...now.counts].filter(([category]) => !before.counts.has(category))
  const cells = (counts: ReadonlyMap<string, number>, others: number) =>
    Float64Array.from([...known.map((category) => counts.get(category) ?? 0), others])
  return {
    kind: 'categorical',
    feature,
    categories: known,
    reference: cells(before.counts, 0),
    current: cells(
      now.counts,
      unseen.reduce((sum, [, count]) => sum + count, 0),
    ),
    unseenCounts: unseen.map(([, count]) => count),
    unseen: unseen
      .sort(([left, n], [right, m]) => m - n || (left < right ? -1 : 1))
      .slice(0, 20)
      .map(([category]) => category),
    missing: { reference: before.missing, current: now.missing },
  }
}

function countCodes({ codes, categories }: CategoryColumn) {
  const byCode = new Float64Array(categories.length)
  let missing = 0
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    if (code < 0) missing++
    else byCode[code] = (byCode[code] as number) + 1
  }
  const counts = new Map<string, number>()
  for (const [code, count] of byCode.entries()) {
    const category = categories[code] as string
    if (count > 0) counts.set(category, (counts.get(category) ?? 0) + count)
  }
  return { counts, missing }
}

function sortedFinite(values: ArrayLike<number>): Float64Array {
  const finite = new Float64Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    // Adding 0 turns -0 into 0.
    if (Number.isFinite(value)) finite[count++] = value + 0
  }
  return sortNumbers(finite.subarray(0, count))
}

/** Sorted values beyond a range. */
function outsideOf(sorted: Float64Array, range: readonly [number, number] | null): number {
  if (range === null) return 0
  let [below, above] = [0, 0]
  while (below < sorted.length && (sorted[below] as number) < range[0]) below++
  while (above < sorted.length && (sorted[sorted.length - 1 - above] as number) > range[1]) above++
  return Math.min(sorted.length, below + above)
}

const rangeOf = (sorted: Float64Array): readonly [number, number] | null =>
  sorted.length === 0 ? null : [sorted[0] as number, sorted[sorted.length - 1] as number]

const momentsOf = (sorted: Float64Array): Moments | null =>
  sorted.length === 0 ? null : scaledMoments(sorted)
