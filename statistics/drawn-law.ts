import type { CellDistance } from './cell-distances.ts'
import { type CellTables, reaches, tableDraws } from './cell-tables.ts'
import { seededRandom, seedOf } from './seeded-random.ts'
import { singleCells } from './single-cells.ts'
import { tiltedSf } from './tilted-tables.ts'

/** A p-value and how well it is known. */
export interface DrawnP {
  readonly p: number
  /** Relative standard error of p that the draws leave; 0 where all tables were counted. */
  readonly relativeError: number
  readonly draws: number
  readonly from: 'all tables' | 'draws' | 'tail'
}

/** First draws: where a fifth of them reach the observed distance nothing more is asked. */
const firstDraws = 500
const firstEnough = 100
/** Where so many reach it p is counted; a law that many features share is then drawn four times as often. */
const enough = { 'into gaps': 500, 'without putting back': 200 }
const more = { 'into gaps': 4, 'without putting back': 1 }
/** So many of all draws reach the place behind which the law is extended. */
const deepest = 200
/** Smaller p-values are not scaled by draws, but doubled: no decision needs them well. */
const smallest = 1e-9
/** Laws that are kept; one takes 8 bytes a draw. */
const mostLaws = 32

/** P(distance >= observed) from draws. */
export interface DrawnLaw {
  /** From the first draws, where a fifth of them reach the observed distance; else null. */
  early(observed: number): DrawnP | null
  of(observed: number): DrawnP
}

const laws = new Map<string, DrawnLaw>()

/**
 * P(distance >= observed) of the tables from draws. The same tables, distance and number of draws give the same
 * answers, whatever was asked before: they name the seed.
 */
export function drawnLaw(tables: CellTables, distance: CellDistance, draws: number): DrawnLaw {
  const key = keyOf(tables, distance, draws)
  const known = laws.get(key) ?? newLaw(tables, distance, draws, seedOf(key))
  // The latest goes to the end; the first one has not been asked for longest.
  laws.delete(key)
  laws.set(key, known)
  if (laws.size > mostLaws) laws.delete(laws.keys().next().value as string)
  return known
}

/** All that a law depends on. */
export const keyOf = (
  { law, n, m, parts, reference }: CellTables,
  { name }: CellDistance,
  draws: number,
): string => [name, law, n, m, draws, parts.join(), reference?.join() ?? ''].join('|')

function newLaw(tables: CellTables, distance: CellDistance, draws: number, seed: number): DrawnLaw {
  const sortedDraws = (count: number) => {
    const draw = tableDraws(tables, distance, seededRandom(seed))
    return Float64Array.from({ length: count }, draw).sort()
  }
  const first = once(() => sortedDraws(Math.min(draws, firstDraws)))
  const all = once(() => sortedDraws(draws))
  const mostDraws = more[tables.law] * draws
  const most = once(() => (mostDraws === draws ? all() : sortedDraws(mostDraws)))
  const farOut = (distance.join === 'sum' ? tiltedSf : singleCells)(tables, distance)
  const beyond = once(() => extended(most(), farOut, distance))
  const early = (observed: number) => {
    const reached = reaching(first(), observed)
    return reached >= firstEnough ? counted(reached, first().length) : null
  }
  const of = (observed: number): DrawnP => {
    const soon = early(observed)
    if (soon !== null) return soon
    if (reaching(first(), observed) === 0) {
      const p = 2 * farOut(observed)
      if (p < smallest) return { p, relativeError: 0, draws: first().length, from: 'tail' }
    }
    const reached = reaching(all(), observed)
    if (reached >= enough[tables.law]) return counted(reached, draws)
    const deep = reaching(most(), observed)
    if (deep >= deepest) return counted(deep, mostDraws)
    const relativeError = distance.join === 'largest' ? 0 : 1 / Math.sqrt(deepest)
    return { p: beyond()(observed), relativeError, draws: mostDraws, from: 'tail' }
  }
  return { early, of }
}

function counted(reached: number, draws: number): DrawnP {
  const p = (reached + 1) / (draws + 1)
  return { p, relativeError: Math.sqrt((1 - p) / (reached + 1)), draws, from: 'draws' }
}

/**
 * The law behind the 200th largest draw. A sum: that of the tables far out, scaled to meet the draws there, downwards
 * half of the way only. The largest of the cells: the sum of what each reaches alone, never too small and close.
 */
function extended(sorted: Float64Array, farOut: (x: number) => number, { join }: CellDistance) {
  const from = sorted[sorted.length - deepest] as number
  const share = (reaching(sorted, from) + 1) / (sorted.length + 1)
  if (join === 'largest') return (observed: number) => Math.min(share, farOut(observed))
  const half = spacing(sorted) / 2
  const ratio = share / farOut(from - half)
  // Over few cells the approximation is some per cent too large there and less so further out.
  const scale = Math.max(ratio, Math.sqrt(ratio))
  return (observed: number) => Math.min(share, scale * farOut(observed - half))
}

/**
 * Distance of neighbouring values where the draws have few of them; 0 else. P(distance >= x) of such a law is that of
 * a smooth one half a step before x.
 */
function spacing(sorted: Float64Array): number {
  const [first, last] = [sorted.length - deepest, sorted.length - 1]
  let values = 1
  for (let i = first; i < last; i++) {
    if (!reaches(sorted[i] as number, sorted[i + 1] as number)) values++
  }
  const width = (sorted[last] as number) - (sorted[first] as number)
  return values > 1 && values < deepest / 4 ? width / (values - 1) : 0
}

/** How many of the sorted draws reach the observed distance. */
function reaching(sorted: Float64Array, observed: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (reaches(sorted[middle] as number, observed)) high = middle
    else low = middle + 1
  }
  return sorted.length - low
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
