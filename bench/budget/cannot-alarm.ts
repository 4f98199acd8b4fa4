import type { CategoricalCounts, FeatureCounts, NumericCounts } from '../../profiles/index.ts'
import { andersonDarling } from '../../statistics/anderson-darling.ts'
import { chiSquareAt } from '../../statistics/chi-square-at.ts'
import { outsideRangeSf } from '../../statistics/outside-range.ts'
import { spreadRanks } from '../../statistics/spread-ranks.ts'
import { total } from '../../statistics/total.ts'

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
 * Each of the three tests that the primary one combines says clearly no: Anderson-Darling's statistic by its law over
 * infinitely many cells, a fifth larger; a spread with a large p-value; few enough rows out of range.
 */
function numeric(before: NumericCounts, now: NumericCounts, level: number): boolean {
  const { cells } = now
  const reference = before.cells
  const [n, m] = [total(reference), total(cells)]
  let filled = 0
  for (let i = 0; i < cells.length; i++) if ((cells[i] as number) > 0) filled++
  // Of one value alone: a column that is stuck.
  if (n === 0 || m === 0 || filled < 2) return false
  if (share(now.missing, m) - share(before.missing, n) > tolerated) return false
  if (1.2 * andersonDarling([reference, cells]) > statisticAt(safety * level)) return false
  if (outsideRangeSf(now.below + now.above, n, m) < level) return false
  return spreadRanks(reference, cells).p > safety * level
}

const statistics = new Map<number, number>()

/** What Anderson-Darling's statistic of two samples exceeds with this chance: exp(-x) x sqrt(3 / (pi x)), far out. */
function statisticAt(chance: number): number {
  const known = statistics.get(chance)
  if (known !== undefined) return known
  let x = 1
  for (let i = 0; i < 50; i++) x = -Math.log(chance) + 0.5 * Math.log(3 / (Math.PI * x))
  statistics.set(chance, x)
  return x
}

/** Pearson's statistic of the pooled cells is far below the value that has the level. */
function categorical(before: CategoricalCounts, now: CategoricalCounts, level: number): boolean {
  const known = now.counts.length
  let [n, m, filled] = [before.unseen.total, now.unseen.total, now.unseen.total > 0 ? 1 : 0]
  let fresh = before.unseen.total === 0 ? now.unseen.total : 0
  for (let i = 0; i < known; i++) {
    if (before.counts[i] === 0) fresh = Math.max(fresh, now.counts[i] as number)
    n += before.counts[i] as number
    m += now.counts[i] as number
    if ((now.counts[i] as number) > 0) filled++
  }
  if (n === 0 || m === 0 || filled < 2) return false
  if (share(now.missing, m) - share(before.missing, n) > tolerated) return false
  // A category that is new, of all rows that are new: each of so many may be as large.
  if ((m / (n + m)) ** fresh < level * apart) return false
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
  return statistic < squareAt(cells - 1, level)
}

const share = (missing: number, values: number): number => missing / (missing + values)

/** So much may the chance that tables reach a value differ from that of a chi-square variable, at most. */
const apart = 100

const squares = new Map<number, Map<number, number>>()

/** A value that a chi-square variable exceeds with a multiple of the level: tables of counts come close to its law. */
function squareAt(degrees: number, level: number): number {
  const known = squares.get(level) ?? new Map<number, number>()
  squares.set(level, known)
  const found = known.get(degrees)
  if (found !== undefined) return found
  const value = chiSquareAt(Math.log(apart * level), Math.max(1, degrees))
  known.set(degrees, value)
  return value
}
