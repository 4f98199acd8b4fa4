import { deviance, stirlingError } from './gamma.ts'

/**
 * P(D >= gap / (nm)) under the permutations of the pooled rows, D looked at behind each group of equal values: what
 * `latticePathSf` computes row by row, here a group at a time. How many of a group's rows are of the reference is
 * drawn as a binomial count with the pooled share, whatever came before; weighed by the chance that all of them are n
 * in the end, that is the law of the permutations. So a group is one convolution, the same for all states; what
 * leaves is summed directly, and a tail of 1e-300 keeps its digits. See `groupPathCost`.
 */
export function groupPathSf(gap: number, n: number, m: number, groups: ArrayLike<number>): number {
  if (gap <= 0) return 1
  const rows = n + m
  const share = n / rows
  const whole = logBinomial(n, rows, share)
  let inside: Range = { from: 0, list: Float64Array.of(1) }
  let [step, outside] = [0, 0]
  for (let group = 0; group < groups.length; group++) {
    const size = groups[group] as number
    if (size === 0) continue
    step += size
    if (step >= rows) break
    // Outside: |i m - (step - i) n| >= gap, that is |i (n + m) - step n| >= gap.
    const low = Math.max(0, step - m, Math.floor((step * n - gap) / rows) + 1)
    const high = Math.min(n, step, Math.ceil((step * n + gap) / rows) - 1)
    const reach = reachOf(size, share)
    const from = Math.max(0, step - m, low - reach)
    const to = Math.min(n, step, high + reach)
    const next = convolve(inside, size, share, from, to)
    const left = rows - step
    const ending = (i: number) => Math.exp(logBinomial(n - i, left, share) - whole)
    const odds = share / (1 - share)
    for (let i = Math.max(from, high + 1), end = i <= to ? ending(i) : 0; i <= to; i++) {
      outside += (next[i - from] as number) * end
      end *= (n - i) / (left - n + i + 1) / odds
    }
    for (let i = Math.min(to, low - 1), end = i >= from ? ending(i) : 0; i >= from; i--) {
      outside += (next[i - from] as number) * end
      end *= ((left - n + i) / (n - i + 1)) * odds
    }
    if (low > high) break
    inside = { from: low, list: next.subarray(low - from, high - from + 1) }
  }
  return Math.min(1, outside)
}

/** About how many steps of a nanosecond or two `groupPathSf` takes. */
export function groupPathCost(
  gap: number,
  n: number,
  m: number,
  groups: ArrayLike<number>,
): number {
  const rows = n + m
  const width = Math.min(n, m, (2 * gap) / rows + 1)
  let cost = 0
  for (let i = 0; i < groups.length; i++) {
    const size = groups[i] as number
    if (size > 0) cost += width * Math.min(size, width + 2 * reachOf(size, n / rows)) + 200
  }
  return cost
}

/** Chances of the numbers from `from` on. */
interface Range {
  readonly from: number
  readonly list: Float64Array
}

/** Beyond the bounds by so much more nothing counts: chances fall faster than those of a normal law by 8 sd. */
const reachOf = (size: number, share: number): number =>
  Math.ceil(8 * Math.sqrt(size * share * (1 - share)) + 10)

/** The chances of the sums `from` to `to` of a number inside and of a binomial count out of `size`. */
function convolve(inside: Range, size: number, share: number, from: number, to: number) {
  const next = new Float64Array(Math.max(0, to - from + 1))
  const first = inside.from
  const last = first + inside.list.length - 1
  const draws = binomial(size, share, Math.max(0, from - last), Math.min(size, to - first))
  for (let i = first; i <= last; i++) {
    const mass = inside.list[i - first] as number
    const begin = Math.max(from, i + draws.from)
    const end = Math.min(to, i + draws.from + draws.list.length - 1)
    addScaled(next, begin - from, end - from, draws.list, begin - i - draws.from, mass)
  }
  return next
}

/** next[at] += mass x list[at + offset], the offset being such that list begins at `start` for the first. */
function addScaled(
  next: Float64Array,
  begin: number,
  end: number,
  list: Float64Array,
  start: number,
  mass: number,
): void {
  for (let at = begin, k = start; at <= end; at++, k++) {
    next[at] = (next[at] as number) + mass * (list[k] as number)
  }
}

/** Binomial chances of `from` to `to`, from the likeliest of them outwards. */
function binomial(size: number, share: number, from: number, to: number): Range {
  const list = new Float64Array(Math.max(0, to - from + 1))
  if (to < from) return { from, list }
  const mode = Math.min(to, Math.max(from, Math.floor((size + 1) * share)))
  const odds = share / (1 - share)
  let chance = Math.exp(logBinomial(mode, size, share))
  list[mode - from] = chance
  for (let d = mode; d < to; d++) {
    chance *= ((size - d) / (d + 1)) * odds
    list[d + 1 - from] = chance
  }
  chance = list[mode - from] as number
  for (let d = mode; d > from; d--) {
    chance *= d / (size - d + 1) / odds
    list[d - 1 - from] = chance
  }
  return { from, list }
}

/** ln of the binomial chance of k out of n (Loader's form, which keeps its digits). */
function logBinomial(k: number, n: number, share: number): number {
  if (k === 0) return n * Math.log1p(-share)
  if (k === n) return n * Math.log(share)
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * share) -
    deviance(n - k, n * (1 - share)) +
    0.5 * Math.log(n / (2 * Math.PI * k * (n - k)))
  )
}
