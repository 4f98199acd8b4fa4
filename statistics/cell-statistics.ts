import { deviance } from './gamma.ts'
import type { HitsOfSample } from './hypergeometric.ts'

/**
 * A statistic of a 2 x C table that is a sum over its cells. `a` of the rows of a cell are on one side, which has n
 * rows in all, the other one m; `hits` of a cell are its rows on both sides.
 */
export interface CellStatistic {
  /** What a cell adds. */
  summand(a: number, cell: HitsOfSample): number
  /** The statistic of the table of two cells, this one and all others together. */
  alone(a: number, cell: HitsOfSample): number
  /** The chi-square limit is right to about 3 % while the skewness of the cells moves the tail by less than this. */
  readonly limitBelow: number
  /** Given a, how many times larger the statistic within the other cells is. */
  restScale(a: number, cell: HitsOfSample): number
}

/** Pearson's X², see `chiSquareTest`. */
export const pearson: CellStatistic = {
  limitBelow: 0.2,
  summand: (a, cell) => moved(a, cell) ** 2 / (cell.hits * spread(cell)),
  alone(a, cell) {
    const rows = cell.n + cell.m
    return (moved(a, cell) ** 2 / (cell.hits * spread(cell))) * (rows / (rows - cell.hits))
  },
  restScale(a, { n, m, hits }) {
    const rest = n + m - hits
    return ((n - a) * (m - hits + a)) / (rest * rest * spread({ n, m }))
  },
}

/** The likelihood ratio, see `gTest`: it divides exactly into a cell against the rest, and what is within the rest. */
export const likelihoodRatio: CellStatistic = {
  // It is too large by Williams's factor at any size.
  limitBelow: 0,
  summand: (a, { n, m, hits }) => {
    const expected = (hits * n) / (n + m)
    return 2 * (deviance(a, expected) + deviance(hits - a, hits - expected))
  },
  alone: (a, cell) => {
    const { n, m, hits } = cell
    const rest = { n, m, hits: n + m - hits }
    return likelihoodRatio.summand(a, cell) + likelihoodRatio.summand(n - a, rest)
  },
  restScale: () => 1,
}

const moved = (a: number, { n, m, hits }: HitsOfSample) => a - (hits * n) / (n + m)
/** Variance of one row's side. */
export const spread = ({ n, m }: { n: number; m: number }) => (n / (n + m)) * (m / (n + m))
