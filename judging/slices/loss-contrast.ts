import type { LossContrast } from '../../contracts/slice.ts'
import { studentSf } from '../../statistics/beta.ts'
import { studentQuantile } from '../../statistics/intervals/student-quantile.ts'
import { less, type Strength, type Sums } from './search.ts'

/** Rows of the overall variance that every group has besides its own, so that one without an error is not certain of it. */
const borrowed = 2

interface Group {
  readonly rows: number
  readonly mean: number
  /** Of the mean. */
  readonly variance: number
}

function groupOf(rows: number, sum: number, squares: number, overall: number): Group {
  const mean = sum / rows
  const own = Math.max(0, squares - rows * mean * mean)
  return { rows, mean, variance: (own + borrowed * overall) / (rows - 1 + borrowed) / rows }
}

/** The mean loss inside and outside of a slice, now and, where there are earlier rows, before. */
function groupsOf(all: Sums, slice: Sums) {
  const rest = less(all, slice)
  const rows = all.rows + all.rowsBefore
  // About the means of both sides: what the loss rose by is no noise.
  const spread =
    all.squares +
    all.squaresBefore -
    all.sum ** 2 / Math.max(1, all.rows) -
    all.sumBefore ** 2 / Math.max(1, all.rowsBefore)
  const overall = Math.max(0, spread) / Math.max(1, rows - 2)
  const now = ({ rows, sum, squares }: Sums) => groupOf(rows, sum, squares, overall)
  const before = ({ rowsBefore, sumBefore, squaresBefore }: Sums) =>
    groupOf(rowsBefore, sumBefore, squaresBefore, overall)
  const hasEarlier = all.rowsBefore > 0
  return {
    inside: { now: now(slice), before: hasEarlier ? before(slice) : null },
    outside: { now: now(rest), before: hasEarlier ? before(rest) : null },
  }
}

const none: Group = { rows: 0, mean: 0, variance: 0 }

/** What the loss rose by inside less what it rose by outside, and the variance of that. */
function effectOf({ inside, outside }: ReturnType<typeof groupsOf>) {
  const parts = [inside.now, inside.before ?? none, outside.now, outside.before ?? none]
  const [a, b, c, d] = parts as [Group, Group, Group, Group]
  return {
    effect: a.mean - b.mean - (c.mean - d.mean),
    variance: parts.reduce((sum, { variance }) => sum + variance, 0),
    parts,
  }
}

/** Fewer rows on either side, now or before, inside or outside, are too few. */
const isEnough = (all: Sums, slice: Sums, least: number): boolean =>
  slice.rows >= least &&
  all.rows - slice.rows >= least &&
  (all.rowsBefore === 0 ||
    (slice.rowsBefore >= least && all.rowsBefore - slice.rowsBefore >= least))

/** Rows of the overall variance that a slice has besides its own, now and before, while slices are looked for. */
const borrowedInSearch = 20

/**
 * By how many standard errors the loss rose more inside of a slice than outside; 0 where rows are too few. The errors are
 * those of a slice that did not get worse: by its rows now and before about one mean, else those of few rows that lose much
 * would hide what is looked for.
 */
export function lossStrength(all: Sums, least: number): Strength {
  const { rows: n, rowsBefore: m } = all
  const spread = all.squares + all.squaresBefore - (all.sum + all.sumBefore) ** 2 / (n + m)
  const overall = Math.max(0, spread) / Math.max(1, n + m - 1)
  const hasEarlier = m > 0
  return (slice) => {
    if (!isEnough(all, slice, least)) return 0
    const { rows, sum, squares, rowsBefore, sumBefore, squaresBefore } = slice
    const both = rows + rowsBefore
    const own = squares + squaresBefore - (sum + sumBefore) ** 2 / both
    const variance = hasEarlier
      ? (own + borrowedInSearch * overall) / (both - 1 + borrowedInSearch)
      : overall
    const inside = sum / rows - (hasEarlier ? sumBefore / rowsBefore : 0)
    const outside =
      (all.sum - sum) / (n - rows) -
      (hasEarlier ? (all.sumBefore - sumBefore) / (m - rowsBefore) : 0)
    const square =
      variance * (1 / rows + (hasEarlier ? 1 / rowsBefore : 0)) +
      overall * (1 / (n - rows) + (hasEarlier ? 1 / (m - rowsBefore) : 0))
    return square > 0 ? (inside - outside) / Math.sqrt(square) : 0
  }
}

/**
 * The contrast of a slice with all other rows, as a difference of two changes. One-sided p-value by Student's law with
 * the degrees of freedom of Welch and Satterthwaite, over the two or four groups of rows. Each row now or before, inside
 * or outside is a group of its own, so that a slice in which the loss was always higher is not taken for one that got
 * worse. Null: too few rows.
 */
export function lossContrast(all: Sums, slice: Sums, least: number): LossContrast | null {
  if (!isEnough(all, slice, least)) return null
  const groups = groupsOf(all, slice)
  const { effect, variance, parts } = effectOf(groups)
  const error = Math.sqrt(variance)
  const degrees =
    variance ** 2 /
    parts.reduce((sum, one) => sum + (one.rows > 0 ? one.variance ** 2 / (one.rows - 1) : 0), 0)
  // All rows lost the same: nothing is told apart.
  const isFlat = !(error > 0)
  const t = isFlat ? 0 : effect / error
  const tail = isFlat ? 0.5 : studentSf(Math.abs(t), degrees)
  const half = isFlat ? 0 : studentQuantile(0.025, degrees) * error
  return {
    ...{ rows: slice.rows, rowsBefore: slice.rowsBefore, share: slice.rows / all.rows },
    inside: told(groups.inside),
    outside: told(groups.outside),
    ...{ effect, effectInterval: [effect - half, effect + half], p: t > 0 ? tail : 1 - tail },
    carried: carriedOf(all, groups.inside),
  }
}

const told = ({ now, before }: { now: Group; before: Group | null }) => ({
  before: before?.mean ?? null,
  now: now.mean,
})

/** Of the rise of the mean of all rows, what comes from the rise inside; null where it is within two standard errors. */
function carriedOf(
  all: Sums,
  { now, before }: { now: Group; before: Group | null },
): number | null {
  if (before === null) return null
  const after = groupOf(all.rows, all.sum, all.squares, 0)
  const earlier = groupOf(all.rowsBefore, all.sumBefore, all.squaresBefore, 0)
  const rise = after.mean - earlier.mean
  if (rise <= 2 * Math.sqrt(after.variance + earlier.variance)) return null
  return ((now.rows / all.rows) * (now.mean - before.mean)) / rise
}
