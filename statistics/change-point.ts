import { logGamma } from './gamma.ts'
import { total } from './total.ts'

/** Where a sequence of counts changed, as positions of its parts. */
export interface ChangePoint {
  /** The most likely first part after the change. */
  readonly split: number
  /** The smallest and the largest position that cannot be excluded. */
  readonly first: number
  readonly last: number
}

/** What a cell is thought to hold before anything was counted (Jeffreys). */
const priorCount = 0.5

/**
 * Where counts in the same cells, part by part in order of time, changed from one multinomial law to another. Each
 * split has the likelihood of the parts before it times that of the parts after it, both with their unknown rates
 * integrated out (Dirichlet-multinomial; Smith 1975, "A Bayesian approach to inference about a change-point"). The
 * interval spans the fewest splits that hold `level` of the sum, all splits equally likely beforehand: it holds the
 * true one in that share of all sequences. Parts that vary by more than sampling explains weaken the likelihood by
 * their dispersion, Pearson's chi-square over its degrees of freedom (Wedderburn 1974).
 *
 * `reference` is how rows were before, and counts as at most as many rows as all parts together. With it the change
 * may lie before the first part (split 0); without it a split needs a part on each side. Null where there is none.
 */
export function changePoint(
  parts: readonly ArrayLike<number>[],
  reference: ArrayLike<number> | null = null,
  level = 0.95,
): ChangePoint | null {
  const rows = parts.map(total)
  const lowest = reference === null ? 1 : 0
  const cells = parts[0]?.length ?? 0
  if (parts.length <= lowest || cells < 2 || total(rows) === 0) return null
  if (parts.some((part) => part.length !== cells) || (reference?.length ?? cells) !== cells) {
    throw new RangeError('every part has the same cells')
  }
  const before = likelihoods(parts, expectedOf(reference, cells, total(rows)))
  const after = likelihoods(parts.toReversed(), expectedOf(null, cells, 0)).reverse()
  const logs = Array.from(
    { length: parts.length - lowest },
    (_, i) => (before[i + lowest] as number) + (after[i + lowest] as number),
  )
  const best = logs.indexOf(Math.max(...logs))
  const factor = dispersionOf(parts, best + lowest)
  const weights = logs.map((log) => Math.exp((log - (logs[best] as number)) / factor))
  const needed = level * total(weights)
  const order = weights.map((_, i) => i).sort((i, j) => (weights[j] ?? 0) - (weights[i] ?? 0))
  let [first, last, held] = [best, best, 0]
  for (const i of order) {
    if (held >= needed) break
    held += weights[i] as number
    first = Math.min(first, i)
    last = Math.max(last, i)
  }
  return { split: best + lowest, first: first + lowest, last: last + lowest }
}

/** Rows that each cell is thought to hold beforehand. */
function expectedOf(
  reference: ArrayLike<number> | null,
  cells: number,
  most: number,
): Float64Array {
  const expected = new Float64Array(cells).fill(priorCount)
  if (reference === null) return expected
  const weight = Math.min(1, most / Math.max(1, total(reference)))
  for (let c = 0; c < cells; c++) {
    expected[c] = priorCount + weight * (reference[c] as number)
  }
  return expected
}

/** ln P of the first k parts, for k = 0 to all of them, up to what does not depend on the split. */
function likelihoods(parts: readonly ArrayLike<number>[], expected: Float64Array): number[] {
  const counts = Float64Array.from(expected)
  let sum = total(expected)
  const logOfCounts = () => counts.reduce((log, count) => log + logGamma(count), -logGamma(sum))
  const start = logOfCounts()
  const logs = [0]
  for (const part of parts) {
    for (let c = 0; c < counts.length; c++) {
      counts[c] = (counts[c] as number) + (part[c] as number)
      sum += part[c] as number
    }
    logs.push(logOfCounts() - start)
  }
  return logs
}

/** How many times more the parts on either side of a split vary than sampling explains; at least 1. */
function dispersionOf(parts: readonly ArrayLike<number>[], split: number): number {
  let [statistic, degrees] = [0, 0]
  for (const side of [parts.slice(0, split), parts.slice(split)]) {
    const filled = side.filter((part) => total(part) > 0)
    if (filled.length < 2) continue
    const sums = new Float64Array(filled[0]?.length ?? 0)
    for (const part of filled) {
      for (let c = 0; c < sums.length; c++) sums[c] = (sums[c] as number) + (part[c] as number)
    }
    const all = total(sums)
    for (const part of filled) {
      const rows = total(part)
      sums.forEach((sum, c) => {
        const expected = (sum * rows) / all
        if (expected > 0) statistic += ((part[c] as number) - expected) ** 2 / expected
      })
    }
    degrees += (filled.length - 1) * (sums.filter((sum) => sum > 0).length - 1)
  }
  return degrees === 0 ? 1 : Math.max(1, statistic / degrees)
}
