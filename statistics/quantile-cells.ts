import { logChoose } from './log-factorial.ts'

/**
 * P(D >= gap / (nm)) for a continuous feature whose cells end at values of the reference itself: `cells` reference
 * rows each, n together, and m rows of the window that fall anywhere. Exact: behind each edge the reference has a
 * fixed count, and how many window rows come before the next edge is a Pólya (beta-binomial) count, whatever the
 * feature's law (Wilks 1962, "Mathematical statistics", 8.7). `inside` is the probability of each number of window
 * rows before an edge without having been outside; what leaves is summed directly. See `quantileCellsCost`.
 */
export function quantileCellsSf(
  gap: number,
  n: number,
  m: number,
  cells: ArrayLike<number>,
): number {
  if (gap <= 0) return 1
  let inside = new Float64Array(m + 1)
  inside[0] = 1
  let [from, to] = [0, 0]
  let outside = 0
  let passed = 0
  for (let cell = 0; cell < cells.length; cell++) {
    const size = cells[cell] as number
    if (size === 0) continue
    // Gaps between reference rows that belong to this cell; the value at an edge opens the next cell.
    const here = passed === 0 ? size + 1 : size
    const rest = passed === 0 ? n - size : n - passed - size
    passed += size
    if (passed >= n) break
    const low = Math.max(0, Math.floor((passed * m - gap) / n) + 1)
    const high = Math.min(m, Math.ceil((passed * m + gap) / n) - 1)
    const next = new Float64Array(m + 1)
    for (let j = from; j <= to; j++) {
      const mass = inside[j] as number
      if (mass > 0) outside += spread({ mass, j, left: m - j, here, rest, low, high }, next)
    }
    inside = next
    from = low
    to = high
    if (low > high) break
  }
  return Math.min(1, outside)
}

/** Arithmetic steps of `quantileCellsSf`, about: sources times their spread, summed over cells. */
export function quantileCellsCost(gap: number, n: number, m: number, cells: number): number {
  const width = Math.min(m, (2 * gap) / n)
  return cells * width * Math.min(m, width, 10 + 18 * Math.sqrt(m / cells))
}

interface Source {
  readonly mass: number
  readonly j: number
  readonly left: number
  readonly here: number
  readonly rest: number
  readonly low: number
  readonly high: number
}

/** Adds mass x P(d of the rows left fall into this cell) to `next` at j + d; returns what falls outside. */
function spread({ mass, j, left, here, rest, low, high }: Source, next: Float64Array): number {
  const mode = Math.min(left, Math.max(0, Math.floor((left * here) / (here + rest))))
  const peak = mass * Math.exp(logPolya(mode, left, here, rest))
  let outside = 0
  const put = (d: number, value: number) => {
    const at = j + d
    if (at < low || at > high) outside += value
    else next[at] = (next[at] as number) + value
    return at >= low && at <= high
  }
  put(mode, peak)
  for (let d = mode, value = peak; d < left; d++) {
    value *= ((here + d) * (left - d)) / ((d + 1) * (rest + left - d - 1))
    const wasInside = put(d + 1, value)
    if (value < (wasInside ? 1e-320 : outside * 1e-18)) break
  }
  for (let d = mode, value = peak; d > 0; d--) {
    value *= (d * (rest + left - d)) / ((here + d - 1) * (left - d + 1))
    const wasInside = put(d - 1, value)
    if (value < (wasInside ? 1e-320 : outside * 1e-18)) break
  }
  return outside
}

/** ln P(d of `left` rows fall into `here` of `here + rest` gaps), all arrangements equally likely. */
const logPolya = (d: number, left: number, here: number, rest: number): number =>
  logChoose(here + d - 1, d) +
  logChoose(rest + left - d - 1, left - d) -
  logChoose(here + rest + left - 1, left)
