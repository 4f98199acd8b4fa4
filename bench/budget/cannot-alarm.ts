import type { CategoricalCounts, FeatureCounts, NumericCounts } from '../../profiles/index.ts'
import { chiSquareSf, normalQuantile } from '../../statistics/special.ts'

/** A lower bound of p must exceed the level by so much: it comes from a normal law in place of a hypergeometric one. */
const safety = 10

/** The rule about missing values tolerates a rise by so many points of share. */
const tolerated = 0.05

/**
 * Whether neither the primary test nor a rule of a feature can raise an alarm at `level`, told without a p-value.
 * False: it may or it may not.
 */
export function cannotAlarm(before: FeatureCounts, now: FeatureCounts, level: number): boolean {
  if (level * apart >= 1) return false
  if (before.kind === 'numeric' && now.kind === 'numeric') return numeric(before, now, level)
  if (before.kind === 'categorical' && now.kind === 'categorical') {
    return categorical(before, now, level)
  }
  return false
}

/**
 * The distance is at least as likely to be as large as one look at the place where nearest to half of the pooled
 * rows lie behind: that gives a lower bound of the p-value of Kolmogorov and Smirnov's test.
 */
function numeric(before: NumericCounts, now: NumericCounts, level: number): boolean {
  const { cells } = now
  const reference = before.cells
  let [n, m, filled] = [0, 0, 0]
  for (let i = 0; i < cells.length; i++) {
    n += reference[i] as number
    m += cells[i] as number
    if ((cells[i] as number) > 0) filled++
  }
  // Of one value alone: a column that is stuck.
  if (n === 0 || m === 0 || filled < 2) return false
  if (share(now.missing, m) - share(before.missing, n) > tolerated) return false
  let [difference, gap, passed, widest] = [0, 0, 0, 0]
  for (let i = 0; i < cells.length - 1; i++) {
    const a = reference[i] as number
    const b = cells[i] as number
    difference += a * m - b * n
    passed += a + b
    const far = difference < 0 ? -difference : difference
    if (far > gap) gap = far
    const spread = passed * (n + m - passed)
    if (spread > widest) widest = spread
  }
  return gap * Math.sqrt((n + m) / (n * m * widest)) < normalAt(safety * level)
}

/** Pearson's statistic of the pooled cells is far below the value that has the level. */
function categorical(before: CategoricalCounts, now: CategoricalCounts, level: number): boolean {
  const known = now.counts.length
  let [n, m, filled] = [before.unseen.total, now.unseen.total, now.unseen.total > 0 ? 1 : 0]
  for (let i = 0; i < known; i++) {
    n += before.counts[i] as number
    m += now.counts[i] as number
    if ((now.counts[i] as number) > 0) filled++
  }
  if (n === 0 || m === 0 || filled < 2) return false
  if (share(now.missing, m) - share(before.missing, n) > tolerated) return false
  // The cells as `poolCells` joins them; what is left over goes to the last one.
  const least = (5 * (n + m)) / Math.min(n, m)
  let [a, b, cells, lastA, lastB, statistic] = [0, 0, 0, 0, 0, 0]
  const term = (x: number, y: number) => (x * m - y * n) ** 2 / (n * m * (x + y))
  for (let i = 0; i <= known; i++) {
    a += i < known ? (before.counts[i] as number) : before.unseen.total
    b += i < known ? (now.counts[i] as number) : now.unseen.total
    if (a + b < least) continue
    if (cells++ > 0) statistic += term(lastA, lastB)
    ;[lastA, lastB, a, b] = [a, b, 0, 0]
  }
  if (cells === 0) return false
  statistic += term(lastA + a, lastB + b)
  return statistic < chiSquareAt(cells - 1, level)
}

const share = (missing: number, values: number): number => missing / (missing + values)

const normals = new Map<number, number>()

/** Standard deviations that a normal variable exceeds, up or down, with this chance. */
function normalAt(chance: number): number {
  const known = normals.get(chance) ?? normalQuantile(1 - chance / 2)
  normals.set(chance, known)
  return known
}

/** So much may the chance that tables reach a value differ from that of a chi-square variable, at most. */
const apart = 100

const squares = new Map<number, Map<number, number>>()

/** A value that a chi-square variable exceeds with a multiple of the level: tables of counts come close to its law. */
function chiSquareAt(degrees: number, level: number): number {
  const known = squares.get(level) ?? new Map<number, number>()
  squares.set(level, known)
  const found = known.get(degrees)
  if (found !== undefined) return found
  let [low, high] = [0, degrees + 1]
  while (chiSquareSf(high, Math.max(1, degrees)) > apart * level) high *= 2
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (chiSquareSf(middle, Math.max(1, degrees)) > apart * level) low = middle
    else high = middle
  }
  known.set(degrees, low)
  return low
}
