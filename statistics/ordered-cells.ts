/** Two samples as counts over the same ordered cells, one cell per distinct value. */
export interface OrderedCells {
  readonly values: Float64Array
  readonly reference: Float64Array
  readonly current: Float64Array
}

/** Merges two samples of finite numbers. O(n log n). */
export const orderedCells = (x: ArrayLike<number>, y: ArrayLike<number>): OrderedCells =>
  mergeSorted(Float64Array.from(x).sort(), Float64Array.from(y).sort())

/** Merges two samples of finite numbers that are sorted already. O(n). */
export function mergeSorted(left: Float64Array, right: Float64Array): OrderedCells {
  // Sorting puts NaN last.
  if (Number.isNaN(left.at(-1)) || Number.isNaN(right.at(-1))) {
    throw new RangeError('ordered cells take finite numbers only')
  }
  const values = new Float64Array(left.length + right.length)
  const reference = new Float64Array(values.length)
  const current = new Float64Array(values.length)
  let [cells, i, j] = [0, 0, 0]
  while (i < left.length || j < right.length) {
    // A side that is through has nothing smaller to offer.
    const isLeft = j >= right.length || (i < left.length && left[i]! <= right[j]!)
    const value = isLeft ? left[i]! : right[j]!
    values[cells] = value
    const [fromI, fromJ] = [i, j]
    while (i < left.length && left[i] === value) i++
    while (j < right.length && right[j] === value) j++
    reference[cells] = i - fromI
    current[cells] = j - fromJ
    cells++
  }
  return {
    values: kept(values, cells),
    reference: kept(reference, cells),
    current: kept(current, cells),
  }
}

/** The first of a list: a copy where that saves most of its memory. */
const kept = (list: Float64Array, count: number): Float64Array =>
  count > list.length / 2 ? list.subarray(0, count) : list.slice(0, count)

/** Counts of several samples of finite numbers over their distinct values, in order. O(n log n). */
export function sampleCells(samples: readonly ArrayLike<number>[]): Float64Array[] {
  const values = Float64Array.from(samples.flatMap((sample) => Array.from(sample))).sort()
  if (!values.every(Number.isFinite)) throw new RangeError('sampleCells takes finite numbers only')
  const cells = new Map<number, number>()
  // Adding 0 turns -0 into 0.
  for (const value of values) if (!cells.has(value + 0)) cells.set(value + 0, cells.size)
  return samples.map((sample) => {
    const counts = new Float64Array(cells.size)
    for (let i = 0; i < sample.length; i++) {
      const cell = cells.get((sample[i] as number) + 0) as number
      counts[cell] = (counts[cell] as number) + 1
    }
    return counts
  })
}
