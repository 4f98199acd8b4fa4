/**
 * One number for every pair i < j of `count` points, row by row: (0,1), (0,2) ... (0,count-1), (1,2) ...
 * It takes 4 count^2 bytes: 100 MB for 5,000 points, where `pairDistances` stops.
 */
export interface PairMatrix {
  readonly count: number
  readonly values: Float64Array
}

/** Most points a pair matrix is made of; more are for `approximateMmd`. */
export const mostPoints = 5_000

/**
 * Euclidean distances of points that lie row by row in `points`, `width` numbers each. O(count^2 width).
 * Throws a RangeError for more than `mostPoints` of them.
 */
export function pairDistances(points: ArrayLike<number>, width: number): PairMatrix {
  const count = points.length / width
  if (!Number.isInteger(count)) throw new RangeError(`${points.length} numbers in rows of ${width}`)
  if (count > mostPoints) throw new RangeError(`${count} points are more than ${mostPoints}`)
  const values = new Float64Array((count * (count - 1)) / 2)
  let at = 0
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      let sum = 0
      for (let k = 0; k < width; k++) {
        const gap = (points[i * width + k] as number) - (points[j * width + k] as number)
        sum += gap * gap
      }
      values[at++] = Math.sqrt(sum)
    }
  }
  return { count, values }
}

export const mapPairs = (
  { count, values }: PairMatrix,
  change: (value: number) => number,
): PairMatrix => ({ count, values: values.map(change) })

/** Median over all pairs; the mean of the two middle ones where their number is even. */
export function medianOfPairs({ values }: PairMatrix): number {
  if (values.length === 0) throw new RangeError('there is no pair')
  const sorted = values.slice().sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** Sums over the pairs inside the first group, inside the second and between them; a pair counts once. */
export interface PairSums {
  readonly first: number
  readonly second: number
  readonly between: number
}

/** What stays the same however the points are divided into groups. */
export interface PairTotals {
  readonly total: number
  /** Per point the sum over all its pairs. */
  readonly points: Float64Array
}

export function pairTotals({ count, values }: PairMatrix): PairTotals {
  const points = new Float64Array(count)
  let total = 0
  let at = 0
  for (let i = 0; i < count; i++) {
    let row = 0
    for (let j = i + 1; j < count; j++) {
      const value = values[at++] as number
      row += value
      points[j] = (points[j] as number) + value
    }
    points[i] = (points[i] as number) + row
    total += row
  }
  return { total, points }
}

/** Sums for the group `members` (positions of points, any order) against the rest. O(members^2). */
export function pairSums(
  { count, values }: PairMatrix,
  { total, points }: PairTotals,
  members: ArrayLike<number>,
): PairSums {
  const group = Uint32Array.from(members).sort()
  let first = 0
  let touching = 0
  for (let a = 0; a < group.length; a++) {
    const i = group[a] as number
    touching += points[i] as number
    // The pair (i, j) lies at start + j.
    const start = (i * (2 * count - i - 1)) / 2 - i - 1
    for (let b = a + 1; b < group.length; b++)
      first += values[start + (group[b] as number)] as number
  }
  const between = touching - 2 * first
  return { first, second: total - first - between, between }
}
