/**
 * P(D >= gap / (nm)) given how the pooled values fall into groups of equal ones, exact: all orders of the n and m
 * rows are equally likely, and the two distribution functions are compared only behind each group. `groups` holds
 * the sizes of the groups in order of value and sums to n + m; without it every value stands alone, which is the
 * law for continuous features (and what scipy computes, ties or not). `gap` is max |i m - j n|, a whole number.
 *
 * A walk draws the pooled rows one by one; `inside` holds, for the rows drawn so far, the probability of each
 * number of reference rows among them without having been outside at the end of a group. What leaves is summed
 * directly, so that a tail of 1e-300 keeps its digits. O(groups' width x (n + m)); see `latticeCost`.
 */
export function latticePathSf(
  gap: number,
  n: number,
  m: number,
  groups?: ArrayLike<number>,
): number {
  if (gap <= 0) return 1
  const rows = n + m
  const inside = new Float64Array(n + 2)
  inside[0] = 1
  let from = 0
  let to = 0
  let outside = 0
  let step = 0
  const count = groups?.length ?? rows
  for (let group = 0; group < count; group++) {
    const size = groups === undefined ? 1 : (groups[group] as number)
    if (size === 0) continue
    for (let i = 0; i < size; i++, step++) {
      const left = rows - step
      // The next row is of the reference with probability (n - i) / left; from the top, so that nothing is read twice.
      for (let i = to; i >= from; i--) {
        const here = inside[i] as number
        inside[i + 1] = (inside[i + 1] as number) + (here * (n - i)) / left
        inside[i] = (here * (m - step + i)) / left
      }
      from = Math.max(from, step + 1 - m)
      to = Math.min(to + 1, n)
    }
    // Outside: |i m - (step - i) n| >= gap, that is |i (n + m) - step n| >= gap.
    const middle = step * n
    const low = Math.max(from, Math.floor((middle - gap) / rows) + 1)
    const high = Math.min(to, Math.ceil((middle + gap) / rows) - 1)
    for (let i = from; i < low; i++) outside += cleared(inside, i)
    for (let i = to; i > high; i--) outside += cleared(inside, i)
    if (low > high) return Math.min(1, outside)
    from = low
    to = high
  }
  return Math.min(1, outside)
}

function cleared(list: Float64Array, i: number): number {
  const value = list[i] as number
  list[i] = 0
  return value
}

/** About how many steps `latticePathSf` takes: its width, between the bounds or within one group, times n + m. */
export function latticeCost(gap: number, n: number, m: number, largestGroup = 1): number {
  const width = Math.min(n, (2 * gap) / (n + m) + largestGroup)
  return (n + m) * Math.min(width, m, n)
}
