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
  const values = new Float64Array(left.length + right.length)
  const reference = new Float64Array(values.length)
  const current = new Float64Array(values.length)
  let cells = 0
  for (let i = 0, j = 0; i < left.length || j < right.length; cells++) {
    const a = i < left.length ? (left[i] as number) : Number.POSITIVE_INFINITY
    const b = j < right.length ? (right[j] as number) : Number.POSITIVE_INFINITY
    const value = Math.min(a, b)
    const [fromI, fromJ] = [i, j]
    while (i < left.length && left[i] === value) i++
    while (j < right.length && right[j] === value) j++
    if (i === fromI && j === fromJ) throw new RangeError('ordered cells take finite numbers only')
    values[cells] = value
    reference[cells] = i - fromI
    current[cells] = j - fromJ
  }
  return {
    values: values.slice(0, cells),
    reference: reference.slice(0, cells),
    current: current.slice(0, cells),
  }
}

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
