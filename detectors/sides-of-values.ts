import { mergeSorted } from '../statistics/ordered-cells.ts'
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
    missing: {
      reference: reference.length - before.length,
      current: current.length - now.length,
    },
  }
}

/** A column of categories: `codes` are positions in `categories`, negative where a row has none. */
export interface CategoryColumn {
  readonly codes: ArrayLike<number>
  readonly categories: readonly string[]
}

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
  return finite.subarray(0, count).sort()
}

const rangeOf = (sorted: Float64Array): readonly [number, number] | null =>
  sorted.length === 0 ? null : [sorted[0] as number, sorted[sorted.length - 1] as number]

/** In two passes, and in units of the largest magnitude, so that squares neither cancel nor overflow. */
function momentsOf(sorted: Float64Array): Moments | null {
  const count = sorted.length
  if (count === 0) return null
  const unit = Math.max(Math.abs(sorted[0] as number), Math.abs(sorted[count - 1] as number)) || 1
  let sum = 0
  for (let i = 0; i < count; i++) sum += (sorted[i] as number) / unit
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += ((sorted[i] as number) / unit - mean) ** 2
  return { count, mean: mean * unit, sd: Math.sqrt(squares / count) * unit }
}
