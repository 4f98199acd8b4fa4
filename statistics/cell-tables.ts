import type { CellDistance } from './cell-distances.ts'
import { type CountLaw, countRange, drawCount, logCountP } from './count-draws.ts'

/**
 * All that can happen without any change to the counts of one window over given cells. `into gaps`: the reference has
 * `reference` rows per cell and ends its cells at its own values, so that cell i has `parts[i]` gaps between them.
 * `without putting back`: `parts[i]` rows of both sides lie in cell i, and chance deals them to the sides.
 */
export interface CellTables {
  readonly law: CountLaw
  readonly parts: Float64Array
  /** Rows of the reference per cell; null where they follow from those of the window. */
  readonly reference: Float64Array | null
  readonly n: number
  readonly m: number
}

export const partsTotal = ({ parts }: CellTables): number =>
  parts.reduce((sum, part) => sum + part, 0)

/** The term of cell i where it holds `count` rows of the window. */
export const termAt = ({ reference, parts, n, m }: CellTables, { term }: CellDistance) =>
  reference === null
    ? (i: number, count: number) => term((parts[i] as number) - count, count, n, m)
    : (i: number, count: number) => term(reference[i] as number, count, n, m)

/** Window counts on both sides of a cell's mean whose terms are remembered. */
const remembered = 1_024

/** Draws distances of tables, one after the other. */
export function tableDraws(
  tables: CellTables,
  distance: CellDistance,
  next: () => number,
): () => number {
  const { law, parts, m } = tables
  const all = partsTotal(tables)
  const term = termAt(tables, distance)
  const isSum = distance.join === 'sum'
  const first = parts.map((part) => Math.max(0, Math.round((m * part) / all) - remembered))
  const memory = Array.from(parts, () => new Float64Array(2 * remembered).fill(-1))
  const remember = (i: number, count: number): number => {
    const at = count - (first[i] as number)
    if (at < 0 || at >= 2 * remembered) return term(i, count)
    const known = (memory[i] as Float64Array)[at] as number
    if (known >= 0) return known
    const value = term(i, count)
    ;(memory[i] as Float64Array)[at] = value
    return value
  }
  return () => {
    let joined = 0
    let rest = all
    let left = m
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as number
      rest -= part
      const count = drawCount(law, part, rest, left, next)
      left -= count
      const value = remember(i, count)
      joined = isSum ? joined + value : Math.max(joined, value)
    }
    return joined
  }
}

/** An upper bound of the number of tables. */
export function tablesAtMost({ law, parts, m }: CellTables): number {
  const filled = parts.filter((part) => part > 0)
  if (filled.length < 2) return 1
  const ranges = filled.map((part) => (law === 'into gaps' ? m : Math.min(part, m)) + 1)
  return ranges.reduce((product, range) => product * range, 1) / Math.max(...ranges)
}

/** P(distance >= observed) over all tables: exact. */
export function allTablesSf(tables: CellTables, distance: CellDistance, observed: number): number {
  const { law, parts, m } = tables
  const term = termAt(tables, distance)
  const isSum = distance.join === 'sum'
  let p = 0
  const walk = (i: number, rest: number, left: number, joined: number, log: number): void => {
    const part = parts[i] as number
    const others = rest - part
    const [least, most] = countRange(law, part, others, left)
    for (let count = least; count <= most; count++) {
      const value = term(i, count)
      const sum = isSum ? joined + value : Math.max(joined, value)
      const chance = log + (others === 0 ? 0 : logCountP(law, count, part, others, left))
      if (i < parts.length - 1) walk(i + 1, others, left - count, sum, chance)
      else if (reaches(sum, observed)) p += Math.exp(chance)
    }
  }
  walk(0, partsTotal(tables), m, 0, 0)
  return Math.min(1, p)
}

/** The same distance computed in another order differs in the last digits only. */
export const reaches = (value: number, observed: number): boolean =>
  value >= observed * (1 - 1e-9) - 1e-15
