import { type CellStatistic, spread } from './cell-statistics.ts'
import { logGammaQ } from './gamma.ts'
import {
  type HitsOfSample,
  hypergeometricRatio,
  logHypergeometric,
  logHypergeometricTail,
  logOfEither,
  rangeOfHits,
} from './hypergeometric.ts'

/** One cell's possible counts with their probabilities, and what the statistic is under each. */
interface Walked {
  readonly log: number[]
  readonly summand: number[]
  readonly alone: number[]
  readonly rest: number[]
}

/** A limit law's p-value above this is left as it is: it decides nothing. */
const certain = 0.3

/** And so is one whose logarithm is below this. */
const leastLog = -700

/** Counts of a cell are taken this many to a standard deviation. */
const perDeviation = 4

/**
 * ln P(T >= x) of a statistic of a 2 x C table that is a sum over its cells, the margins fixed: that is, of the
 * permutation test. Two cells are summed exactly; of more it is close.
 *
 * The limit law is too light in the tail where a cell is expected to hold few rows: there one cell alone that is far
 * too full makes the statistic. Exactly, E[T; T >= x] is the sum over cells of E[summand; T >= x], and given the count
 * of a cell, T is what that cell makes alone plus what is within the rest. The cell's law is taken as it is, and the
 * rest's as a gamma law with the moments that these very sums give. Against complete enumeration see the test.
 */
export function logTableTail(
  statistic: CellStatistic,
  x: number,
  cells: ArrayLike<number>,
  n: number,
  m: number,
): number {
  const sizes = Array.from(cells).filter((size) => size > 0)
  const degrees = sizes.length - 1
  if (degrees < 1) return 0
  if (degrees === 1) return logTwoCells(statistic, x, { n, m, hits: sizes[0] as number })
  const limit = x <= 0 ? 0 : logGammaQ(degrees / 2, x / 2)
  if (limit > Math.log(certain) || limit < leastLog) return limit
  const groups = grouped(sizes).map(([hits, times]) => {
    const cell = { n, m, hits }
    return { times, ...walk(statistic, cell, limit) }
  })
  const sumOver = (term: (walked: Walked, i: number) => number) =>
    groups.reduce((sum, group) => {
      let ofCell = 0
      for (let i = 0; i < group.log.length; i++) {
        ofCell += Math.exp(group.log[i] as number) * term(group, i)
      }
      return sum + group.times * ofCell
    }, 0)
  const mean = sumOver(({ summand }, i) => summand[i] as number)
  // What is within the rest, on average, for a scale of 1: given a cell, all must come to the same mean.
  const within = groups.map((group) => {
    let [alone, scale] = [0, 0]
    for (let i = 0; i < group.log.length; i++) {
      const chance = Math.exp(group.log[i] as number)
      alone += chance * (group.alone[i] as number)
      scale += chance * (group.rest[i] as number)
    }
    return (mean - alone) / scale
  })
  const square = groups.reduce((sum, group, g) => {
    let ofCell = 0
    for (let i = 0; i < group.log.length; i++) {
      const given = (group.alone[i] as number) + (within[g] as number) * (group.rest[i] as number)
      ofCell += Math.exp(group.log[i] as number) * (group.summand[i] as number) * given
    }
    return sum + group.times * ofCell
  }, 0)
  const variance = square - mean * mean
  const shape = (mean * mean) / variance
  const restShape = (shape * (degrees - 1)) / degrees
  const tail = tailTable(restShape)
  const terms: number[] = []
  for (const [g, group] of groups.entries()) {
    for (let i = 0; i < group.log.length; i++) {
      const summand = group.summand[i] as number
      if (summand <= 0) continue
      const scale = ((within[g] as number) * (group.rest[i] as number)) / restShape
      const left = x - (group.alone[i] as number)
      const log = left <= 0 ? 0 : scale > 0 ? tail(left / scale) : Number.NEGATIVE_INFINITY
      terms.push((group.log[i] as number) + Math.log(group.times * summand) + log)
    }
  }
  const largest = terms.reduce((most, term) => Math.max(most, term), Number.NEGATIVE_INFINITY)
  const sum = terms.reduce((total, term) => total + Math.exp(term - largest), 0)
  // Of a gamma law, E[T | T >= x]: what the sum is divided by.
  const y = (x * shape) / mean
  const beyond = y <= 0 ? 0 : logGammaQ(shape + 1, y) - logGammaQ(shape, y)
  return Math.min(0, largest + Math.log(sum) - Math.log(mean) - beyond)
}

/** Cells of one size have one law. */
function grouped(sizes: readonly number[]): [size: number, times: number][] {
  const times = new Map<number, number>()
  for (const size of sizes) times.set(size, (times.get(size) ?? 0) + 1)
  return [...times]
}

/** From the mean to both ends, as far as the chances matter beside e^`least`. */
function walk(statistic: CellStatistic, cell: HitsOfSample, least: number): Walked {
  const { n, m, hits } = cell
  const rows = n + m
  const mean = (hits * n) / rows
  const deviation = Math.sqrt(hits * spread(cell) * ((rows - hits) / rows))
  const step = Math.max(1, Math.floor(deviation / perDeviation))
  const [fewest, most] = rangeOfHits(cell)
  const start = Math.min(most, Math.max(fewest, Math.round(mean)))
  const found: Walked = { log: [], summand: [], alone: [], rest: [] }
  const put = (a: number, log: number) => {
    found.log.push(log)
    found.summand.push(statistic.summand(a, cell))
    found.alone.push(statistic.alone(a, cell))
    found.rest.push(statistic.restScale(a, cell))
  }
  const first = logHypergeometric(start, cell)
  put(start, first)
  for (const side of [1, -1] as const) {
    let log = first
    for (let a = start + side * step; a >= fewest && a <= most; a += side * step) {
      // The ratio of neighbours in the middle of the step; its logarithm is nearly straight.
      const middle = side === 1 ? a - (step + 1) / 2 : a + (step - 1) / 2
      log += side * step * Math.log(hypergeometricRatio(middle, cell))
      if (log < least - 18) break
      put(a, log)
    }
  }
  const whole = found.log.reduce((sum, log) => sum + Math.exp(log), 0)
  const normal = Math.log(whole)
  for (let i = 0; i < found.log.length; i++) found.log[i] = (found.log[i] as number) - normal
  return found
}

/** Width of a piece of the tail's table, in square roots of the argument. */
const piece = 0.04

/** ln Q(shape, z), straight in sqrt(z) between values that are worked out once: relative error of Q below 1e-3. */
function tailTable(shape: number): (z: number) => number {
  const known: number[] = []
  const at = (i: number): number => {
    const value = known[i] ?? logGammaQ(shape, (i * piece) ** 2)
    known[i] = value
    return value
  }
  return (z) => {
    const place = Math.sqrt(z) / piece
    const i = Math.floor(place)
    if (i > 2_000) return logGammaQ(shape, z)
    return at(i) + (place - i) * (at(i + 1) - at(i))
  }
}

/** Of two cells: both ends of the one free count at which the statistic is at least x, summed exactly. */
function logTwoCells(statistic: CellStatistic, x: number, cell: HitsOfSample): number {
  const [fewest, most] = rangeOfHits(cell)
  const middle = Math.round((cell.hits * cell.n) / (cell.n + cell.m))
  // The same statistic computed in another order differs in the last digits only.
  const least = x * (1 - 1e-9) - 1e-12
  if (statistic.alone(middle, cell) >= least) return 0
  const tails = ([1, -1] as const).map((side) => {
    let inside = middle
    let outside = side === 1 ? most : fewest
    if (statistic.alone(outside, cell) < least) return Number.NEGATIVE_INFINITY
    while (Math.abs(outside - inside) > 1) {
      const half = Math.floor((inside + outside) / 2)
      if (statistic.alone(half, cell) >= least) outside = half
      else inside = half
    }
    return logHypergeometricTail(outside, side, cell)
  })
  return logOfEither(tails[0] as number, tails[1] as number)
}
