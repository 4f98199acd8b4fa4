import { countBelow } from '../count-below.ts'
import { checkBinary } from '../metrics/rows.ts'
import { holm } from '../multiple-testing.ts'
import { quantileEdges } from '../quantile.ts'
import { sameRateP } from '../rates.ts'
import { chiSquareSf, normalSf } from '../special.ts'

/** Scores and 0/1 labels of one side. */
export interface LabelledScores {
  readonly scores: ArrayLike<number>
  readonly labels: ArrayLike<number>
}

export interface ScoreCell {
  /** Scores from it on, and below the next cell's. */
  readonly from: number
  readonly before: { readonly rows: number; readonly ones: number }
  readonly now: { readonly rows: number; readonly ones: number }
  /** Exact two-sided p-value of the same rate, adjusted over all cells by Holm. */
  readonly p: number
}

export interface LabelGivenScore {
  readonly cells: readonly ScoreCell[]
  /** Of the same rate of label 1 in each cell, by the largest change of one cell (Holm). */
  readonly pOfCells: number
  /** Of the same, by the sum of the squared changes of all cells: a change of shape. */
  readonly pOfShape: number
  /** Of the same, by the sum of the changes: all cells one way (Cochran 1954, Mantel and Haenszel 1959). */
  readonly pOfLevel: number
  /** Of the same rate given the score: the least of the last two, twice. */
  readonly p: number
}

const mostCells = 20
/** Rows of both sides in a cell; by them a score hardly varies in its cell. */
const rowsPerCell = 100
/** Variance of the ones of a cell below which the cell counts for the level alone. */
const leastVariance = 2

/**
 * Whether a score still means what it meant: the rate of label 1 in cells of the score, before and now. Other shares of
 * the cells, which is data drift, do not matter, since each is compared with itself; cells are cut where rows of both
 * sides are, not where labels are. Throws a RangeError as `checkBinary`, for either side.
 */
export function labelGivenScore(before: LabelledScores, now: LabelledScores): LabelGivenScore {
  for (const { scores, labels } of [before, now]) checkBinary(scores, labels)
  const both = Float64Array.from([...Array.from(before.scores), ...Array.from(now.scores)]).sort()
  const count = Math.max(2, Math.min(mostCells, Math.floor(both.length / rowsPerCell)))
  const edges = quantileEdges(both, count)
  const [old, fresh] = [countsOf(before, edges), countsOf(now, edges)]
  const ps = old.map(({ rows: n, ones: k }, i) => {
    const { rows: m, ones: l } = fresh[i] as Counts
    return n > 0 && m > 0 ? sameRateP(k, n, l, m) : 1
  })
  const { level, spread, shape, degrees } = rateShift(old, fresh)
  const adjusted = holm(ps)
  const pOfLevel = spread > 0 ? Math.min(1, 2 * normalSf(Math.abs(level) / Math.sqrt(spread))) : 1
  const pOfShape = degrees > 0 ? chiSquareSf(shape, degrees) : 1
  return {
    cells: old.map((counts, i) => ({
      from: i === 0 ? Number.NEGATIVE_INFINITY : (edges[i - 1] as number),
      before: counts,
      now: fresh[i] as { rows: number; ones: number },
      p: adjusted[i] as number,
    })),
    pOfCells: Math.min(...adjusted),
    pOfShape,
    pOfLevel,
    p: Math.min(1, 2 * Math.min(pOfLevel, pOfShape)),
  }
}

export interface Counts {
  readonly rows: number
  readonly ones: number
}

export interface RateShift {
  /** Ones now beyond what the same rates give, over all cells, and the variance of that. */
  readonly level: number
  readonly spread: number
  /** A chi-square variable of so many degrees where no rate changed. */
  readonly shape: number
  readonly degrees: number
  /** Rows that the difference of two rates of a cell counts as, over all cells. */
  readonly weight: number
  /** Sum of the squared differences of the rates of the cells of the shape, by these weights, and the weights alone. */
  readonly squares: number
  readonly shapeWeight: number
}

/** How the rates of label 1 of the same cells differ. */
export function rateShift(before: readonly Counts[], now: readonly Counts[]): RateShift {
  const found = { level: 0, spread: 0, shape: 0, degrees: 0, weight: 0, squares: 0, shapeWeight: 0 }
  for (const [i, { rows: n, ones: k }] of before.entries()) {
    const { rows: m, ones: l } = now[i] as Counts
    if (n === 0 || m === 0) continue
    const all = n + m
    const weight = (n * m) / all
    const distance = l - ((k + l) * m) / all
    const variance = ((k + l) * (all - k - l) * n * m) / (all * all * (all - 1))
    found.level += distance
    found.spread += variance
    found.weight += weight
    if (variance < leastVariance) continue
    found.shape += distance ** 2 / variance
    found.squares += distance ** 2 / weight
    found.shapeWeight += weight
    found.degrees++
  }
  return found
}

function countsOf({ scores, labels }: LabelledScores, edges: readonly number[]) {
  const cells = Array.from({ length: edges.length + 1 }, () => ({ rows: 0, ones: 0 }))
  for (let row = 0; row < scores.length; row++) {
    const cell = cells[countBelow(edges, scores[row] as number, true)] as {
      rows: number
      ones: number
    }
    cell.rows++
    cell.ones += labels[row] as number
  }
  return cells
}
