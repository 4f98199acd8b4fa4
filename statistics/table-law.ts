import { type CellStatistic, spread } from './cell-statistics.ts'
import { logGammaQ } from './gamma.ts'
import {
  type HitsOfSample,
  hypergeometricRatio,
  logHypergeometricTail,
  logOfEither,
  rangeOfHits,
} from './hypergeometric.ts'
import { normalAtLog } from './special.ts'

/** One cell's possible counts with their probabilities, and what the statistic is under each. */
interface Walked {
  readonly times: number
  readonly chance: number[]
  readonly summand: number[]
  readonly alone: number[]
  readonly rest: number[]
}

/** A limit law's p-value above this is left as it is: it decides nothing. */
const certain = 0.3

/** And so is one whose logarithm is below this. */
const leastLog = -700

/** Counts of a cell are taken this many to a standard deviation: of many cells the kinks of each weigh less. */
const perDeviation = (cells: number) => (cells > 10 ? 2 : 4)

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
  if (skewAt(limit, Math.min(...sizes) * (Math.min(n, m) / (n + m))) < statistic.limitBelow) {
    return limit
  }
  const groups = grouped(sizes).map(([hits, times]) =>
    walk(statistic, { n, m, hits }, times, { least: limit, each: perDeviation(sizes.length) }),
  )
  let mean = 0
  for (const { times, chance, summand } of groups) mean += times * meanOf(chance, summand)
  // What is within the rest, on average, for a scale of 1: given a cell, all must come to the same mean.
  const within = groups.map(
    ({ chance, alone, rest }) => (mean - meanOf(chance, alone)) / meanOf(chance, rest),
  )
  let square = 0
  for (const [g, { times, chance, summand, alone, rest }] of groups.entries()) {
    const inside = within[g] as number
    let ofCell = 0
    for (let i = 0; i < chance.length; i++) {
      const given = (alone[i] as number) + inside * (rest[i] as number)
      ofCell += (chance[i] as number) * (summand[i] as number) * given
    }
    square += times * ofCell
  }
  const variance = square - mean * mean
  const shape = (mean * mean) / variance
  const restShape = (shape * (degrees - 1)) / degrees
  const tail = tailTable(restShape)
  // Beside e^limit, so that nothing is too small for a double.
  let sum = 0
  for (const [g, { times, chance, summand, alone, rest }] of groups.entries()) {
    const scale = (within[g] as number) / restShape
    for (let i = 0; i < chance.length; i++) {
      const weight = times * (chance[i] as number) * (summand[i] as number)
      if (weight <= 0) continue
      const left = x - (alone[i] as number)
      if (left <= 0) sum += weight * Math.exp(-limit)
      else if ((rest[i] as number) > 0)
        sum += weight * Math.exp(tail(left / (scale * (rest[i] as number))) - limit)
    }
  }
  // Of a gamma law, E[T | T >= x]: what the sum is divided by.
  const y = (x * shape) / mean
  const beyond = y <= 0 ? 0 : logGammaQ(shape + 1, y) - logGammaQ(shape, y)
  return Math.min(0, limit + Math.log(sum) - Math.log(mean) - beyond)
}

/**
 * How far the skewness of the smallest cell, 1 / sqrt(expected rows), moves a tail of this logarithm: the third term
 * of an Edgeworth expansion, z³ / (6 sqrt(expected)).
 */
const skewAt = (log: number, expected: number): number =>
  Math.abs(normalAtLog(log)) ** 3 / (6 * Math.sqrt(expected))

function meanOf(chance: readonly number[], of: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < chance.length; i++) sum += (chance[i] as number) * (of[i] as number)
  return sum
}

/** Cells of one size have one law. */
function grouped(sizes: readonly number[]): [size: number, times: number][] {
  const times = new Map<number, number>()
  for (const size of sizes) times.set(size, (times.get(size) ?? 0) + 1)
  return [...times]
}

/** From the mean to both ends, as far as the chances matter beside e^`least`. */
function walk(
  statistic: CellStatistic,
  cell: HitsOfSample,
  times: number,
  { least, each }: { readonly least: number; readonly each: number },
): Walked {
  const { n, m, hits } = cell
  const rows = n + m
  const mean = (hits * n) / rows
  const deviation = Math.sqrt(hits * spread(cell) * ((rows - hits) / rows))
  const step = Math.max(1, Math.floor(deviation / each))
  const [fewest, most] = rangeOfHits(cell)
  const start = Math.min(most, Math.max(fewest, Math.round(mean)))
  const found: Walked = { times, chance: [], summand: [], alone: [], rest: [] }
  let whole = 0
  const put = (a: number, chance: number) => {
    whole += chance
    found.chance.push(chance)
    found.summand.push(statistic.summand(a, cell))
    found.alone.push(statistic.alone(a, cell))
    found.rest.push(statistic.restScale(a, cell))
  }
  // Chances beside that of the first count: what all of them add up to divides them afterwards.
  put(start, 1)
  const enough = Math.exp(least - 18)
  for (const side of [1, -1] as const) {
    let chance = 1
    for (let a = start + side * step; a >= fewest && a <= most; a += side * step) {
      // The ratio of neighbours in the middle of the step; its logarithm is nearly straight.
      const middle = side === 1 ? a - (step + 1) / 2 : a + (step - 1) / 2
      const ratio = hypergeometricRatio(middle, cell)
      chance *= step === 1 ? (side === 1 ? ratio : 1 / ratio) : ratio ** (side * step)
      if (chance < enough) break
      put(a, chance)
    }
  }
  for (let i = 0; i < found.chance.length; i++) {
    found.chance[i] = (found.chance[i] as number) / whole
  }
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
