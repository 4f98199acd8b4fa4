import type { ClassShift } from '../../contracts/kind.ts'
import { chiSquareTest } from '../../statistics/contingency.ts'
import { kolmogorovSmirnov, kolmogorovSmirnovP } from '../../statistics/kolmogorov-smirnov.ts'
import { labelShift } from '../../statistics/label-shift.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'
import { orderedCells } from '../../statistics/ordered-cells.ts'
import { sameRateP } from '../../statistics/rates.ts'
import { normalSf } from '../../statistics/special.ts'
import { total } from '../../statistics/total.ts'

/** A row with its label, of a task with classes. */
export interface ClassedRow {
  /** Position of its label among the classes, and of what the model chose; -1: another one. */
  readonly actual: number
  readonly chosen: number
  /** Of two classes, where there is one; NaN else. */
  readonly score: number
  readonly loss: number
}

/** Rows of a class on each side, fewer of which tell nothing of it. */
const fewest = 20

/**
 * Whether the classes are spread otherwise than before, and whether within each class the model answers and loses as
 * before: together that is label shift. Within classes it is asked of the scores of each (Kolmogorov-Smirnov; of the chosen
 * classes by chi-square where there are no scores), and whether the mean score and the mean loss are what other shares of
 * the classes alone would make them; of all rows together whether the answers moved at all. Null: a class has too few rows.
 */
export function classShift(
  classes: readonly string[],
  before: readonly ClassedRow[],
  now: readonly ClassedRow[],
): ClassShift | null {
  const [old, fresh] = [before, now].map((rows) =>
    classes.map((_, place) => rows.filter(({ actual }) => actual === place)),
  ) as [ClassedRow[][], ClassedRow[][]]
  const counts = [old, fresh].map((of) => of.map((rows) => rows.length)) as [number[], number[]]
  const seen = counts[0].map((count, i) => count + (counts[1][i] as number))
  if (classes.length < 2 || seen.some((_, i) => counts.some((of) => (of[i] as number) < fewest))) {
    return null
  }
  const [n, m] = counts.map(total) as [number, number]
  const shares = counts[1].map((count) => count / m)
  const within = old.map((rows, place) => sameAnswers(classes, rows, fresh[place] as ClassedRow[]))
  const ps = [...within, ...sameMeans(old, fresh, shares)]
  return {
    classes: [...classes],
    rows: { before: n, now: m },
    before: counts[0].map((count) => count / n),
    now: shares,
    p:
      classes.length === 2
        ? sameRateP(counts[0][1] as number, n, counts[1][1] as number, m)
        : chiSquareTest(counts).p,
    pWithin: Math.min(1, ps.length * Math.min(...ps)),
    pAnswers: sameAnswers(classes, before, now),
    predicted: predictedShares(classes, old, fresh),
  }
}

/** That rows, of one class or of all, are answered as before. */
function sameAnswers(
  classes: readonly string[],
  old: readonly ClassedRow[],
  fresh: readonly ClassedRow[],
): number {
  const scores = [old, fresh].map((rows) => rows.map(({ score }) => score)) as [number[], number[]]
  if (scores.every((of) => of.every(Number.isFinite))) {
    const { reference, current } = orderedCells(...scores)
    const { distance, n, m } = kolmogorovSmirnov(reference, current)
    return kolmogorovSmirnovP(distance, n, m)
  }
  return chiSquareTest([chosenCounts(classes, old), chosenCounts(classes, fresh)]).p
}

const chosenCounts = (classes: readonly string[], rows: readonly ClassedRow[]): number[] =>
  classes.map((_, place) => rows.filter(({ chosen }) => chosen === place).length)

type ByClass = readonly (readonly ClassedRow[])[]

/**
 * That the mean score and the mean loss are those of the classes before in the shares of now: the score in either
 * direction, since one that lags behind the labels moves a little in every class, the loss if it is not higher.
 */
function sameMeans(old: ByClass, fresh: ByClass, shares: readonly number[]): number[] {
  const isScored = [...old, ...fresh].flat().every(({ score }) => Number.isFinite(score))
  const z = (of: (row: ClassedRow) => number) => excess(old, fresh, shares, of)
  return [
    normalSf(z(({ loss }) => loss)),
    ...(isScored ? [Math.min(1, 2 * normalSf(Math.abs(z(({ score }) => score))))] : []),
  ]
}

/** By how many standard errors a mean lies above what other shares of the classes alone would make it. */
function excess(
  old: ByClass,
  fresh: ByClass,
  shares: readonly number[],
  of: (row: ClassedRow) => number,
): number {
  let [sum, square] = [0, 0]
  for (const [place, share] of shares.entries()) {
    const [before, now] = [old, fresh].map((rows) => (rows[place] ?? []).map(of)) as [
      number[],
      number[],
    ]
    sum += share * (mean(now) - mean(before))
    square += share ** 2 * (variance(now) / now.length + variance(before) / before.length)
  }
  if (square > 0) return sum / Math.sqrt(square)
  return sum > 0 ? Number.POSITIVE_INFINITY : sum < 0 ? Number.NEGATIVE_INFINITY : 0
}

/** What the chosen classes alone say of the shares now; null where they cannot tell the classes apart. */
function predictedShares(
  classes: readonly string[],
  old: readonly (readonly ClassedRow[])[],
  fresh: readonly (readonly ClassedRow[])[],
): number[] | null {
  const confusion = classes.map((_, chosen) =>
    old.map((rows) => rows.filter((row) => row.chosen === chosen).length),
  )
  try {
    return [...labelShift(confusion, chosenCounts(classes, fresh.flat())).shares]
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
